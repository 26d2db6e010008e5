"""What a Django project would use instead: one job for each delivery. Their packages are the extra `bench`."""

"""Files about many people that somebody asks for: leased to one job, noted, told of once, kept for a week."""

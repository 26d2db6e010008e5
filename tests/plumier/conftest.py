"""Settings of the property tests of the register."""

from hypothesis import settings

# A busy machine and the first look into libphonenumber's tables are slow, and neither is a failure.
settings.register_profile("register", deadline=None)
settings.load_profile("register")

"""OneRoster 1.1 and 1.2 as a zip of CSV files (1EdTech): a roster like any other, and the teaching beside it."""

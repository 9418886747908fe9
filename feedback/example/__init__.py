"""Northmere: a council that does not exist, with people who do not exist and words that nobody said."""

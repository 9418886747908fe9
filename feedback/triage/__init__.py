"""A person reads every response before anything is done with it."""

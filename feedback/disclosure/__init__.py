"""The only door by which numbers leave."""

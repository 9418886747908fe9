"""The improvement plan: priorities, champions, measures and their readings."""

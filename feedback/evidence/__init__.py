"""Themes and closed items linked to priorities, quotes cleared, checks beside them."""

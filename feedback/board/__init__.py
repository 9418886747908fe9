"""What the board reads: the plan on a page, one evidence page a priority."""

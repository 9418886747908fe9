"""Text analysis and triangulation: plain Python on plain data, no web and no database."""

"""Excerpts, topics that a run found, themes that people agreed, and codings."""

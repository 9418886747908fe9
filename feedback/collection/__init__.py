"""Waves, responses and answers, receipts, and imports from other tools."""

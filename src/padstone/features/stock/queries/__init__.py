"""Reads for people: where things are, what is left of them, and what does not add up."""

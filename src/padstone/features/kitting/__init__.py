"""Kits: what a work order needs, picked, brought to its line, and taken back."""

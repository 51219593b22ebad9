"""Kits, for people."""

"""Unfiltered reads: what kits want, and what there is for them."""

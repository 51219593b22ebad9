"""Where every package is, how much of it, and what became of the rest."""

"""What must be mounted where before work begins, held against what is. It has no tables of its own yet."""

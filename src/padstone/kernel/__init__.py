"""Words every floor shares, written with the standard library alone."""

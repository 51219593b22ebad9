"""What programs and machines show instead of a person's password."""

"""The rules of kits, without a database."""

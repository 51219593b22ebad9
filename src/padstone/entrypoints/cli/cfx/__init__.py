"""`padstone cfx`: tools for whoever builds a machine that speaks CFX. They need no database, no settings."""

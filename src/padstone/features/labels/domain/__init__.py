"""What labels say: pure rules, without a database."""

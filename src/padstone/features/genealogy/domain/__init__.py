"""The arithmetic of spans: pure, exact, without a database."""

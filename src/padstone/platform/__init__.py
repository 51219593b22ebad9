"""Django machinery without factory meaning."""

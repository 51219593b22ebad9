"""Padstone: component management, production tracking and traceability for electronics assembly."""

__version__ = "0.1.0"

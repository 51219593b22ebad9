"""Receiving: suppliers, what was ordered of them, and what arrives, scanned and checked."""

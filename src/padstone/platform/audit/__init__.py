"""The record of what people, tokens and jobs decided."""

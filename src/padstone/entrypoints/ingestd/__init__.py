"""The process that takes machines' messages and works out what they mean."""

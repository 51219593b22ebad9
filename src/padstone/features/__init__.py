"""What a factory does, one app a feature, in one fixed order: each imports only from those below it."""

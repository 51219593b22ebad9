"""Electronic signatures: a person answers by name for one version of a record (21 CFR 11, subpart C)."""

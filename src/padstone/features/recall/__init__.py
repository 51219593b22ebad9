"""Which units share a fate: the questions asked when something turns out to be wrong."""

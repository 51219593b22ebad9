"""What ``padstone doctor`` looks at. A check only looks: it changes nothing."""

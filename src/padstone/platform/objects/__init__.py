"""Objects: bytes under a name, written once and never changed, in a folder or in an S3-compatible store."""

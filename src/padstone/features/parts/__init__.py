"""What may be built in: parts, products, their revisions and bills of materials."""

"""What is there to build in: suppliers, lots, material packages and where they are loaded."""

"""Reading a bill of materials: pure rules, no tables."""

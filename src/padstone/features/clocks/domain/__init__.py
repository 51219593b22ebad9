"""What the clocks know, without a database: tables, rules, and how time is counted."""

"""What was found about a unit: inspections, tests, process records and repairs."""

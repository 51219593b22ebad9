"""What is in a unit: placements kept as spans, exact to the designator."""

"""CFX.Sensor: readers and other sensors along the line."""

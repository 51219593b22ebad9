"""What machines are, do and suffer: states, faults, tools, maintenance."""

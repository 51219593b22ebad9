"""What is being built: work orders, panels, units and their passes through stations."""

"""Settings, addresses and wiring: the only floor that names concrete adapters."""

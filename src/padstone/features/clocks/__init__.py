"""The clocks of materials: floor life, paste and adhesives, expiry; and in which order to use them."""

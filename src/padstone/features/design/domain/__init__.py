"""From the bytes of a client's file to exact rows and an honest report. Pure: no Django, no tables."""

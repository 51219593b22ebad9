"""Labels: from what a scanner sends or a photo shows to fields; our own labels, drawn and printed."""

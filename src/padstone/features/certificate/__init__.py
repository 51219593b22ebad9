"""What is known of one unit, from first station to last repair, in one answer."""

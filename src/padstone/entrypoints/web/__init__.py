"""The door for people: pages, the look they share, and the one field that takes any scan."""

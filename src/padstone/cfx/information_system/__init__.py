"""CFX.InformationSystem: what the floor and the systems above it tell and ask each other."""

"""Reads for people: the goods-in, orders and what is expected, suppliers."""

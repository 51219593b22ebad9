"""Not losing it: one file that holds all of a Padstone, taken while it works, and the way back.

``create`` writes a file, ``unpack`` reads one into a folder and believes nothing in it, ``restore`` puts one
in place; ``sqlite`` and ``postgresql`` know their databases. ``padstone backup`` puts them together.
"""

"""A whole SMT line in software: it speaks CFX like real machines and keeps its own ledger of the truth.

Of Padstone it knows ``padstone.cfx`` alone. Everything it does follows from its settings: the same seed and
the same start give the same bytes.
"""

"""The journal: messages in the order in which they came onto the books.

Every fact cites the number of its message; ``as_of`` a number means: as the books stood then.
"""

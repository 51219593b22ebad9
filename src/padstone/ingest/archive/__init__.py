"""The archive of the inbox: the exact bytes of old batches, in blocks, in a store of objects.

``block`` is the format, ``moving`` brings bytes there, ``reading`` gets them back, ``checking`` looks whether
they are all there and whole, ``queries`` tell people.
"""

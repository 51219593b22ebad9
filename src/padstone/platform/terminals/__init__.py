"""The shop floor's way in: a terminal that many people share, their badges and their PINs.

A person comes on with a badge and a PIN. That is no login of the account: it needs no password, holds on this
one terminal, opens the work of the floor and nothing beyond, and ends at once when the terminal, the badge or
the account does.
"""

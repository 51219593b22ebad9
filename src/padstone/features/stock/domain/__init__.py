"""The words of the ledger and of the store, and the arithmetic of the balance."""

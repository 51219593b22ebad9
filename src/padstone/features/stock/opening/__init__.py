"""Opening stock: a house moves in with what its spreadsheet, or another program, says it has."""

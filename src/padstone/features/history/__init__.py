"""The history for other engines: Parquet that grows with the books, and the two questions to ask of it."""

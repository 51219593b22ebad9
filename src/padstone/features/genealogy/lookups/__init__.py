"""Unfiltered reads: the state of the encoder for commands, and stored passes decoded again."""

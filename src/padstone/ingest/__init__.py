"""From bytes to facts: the inbox keeps what was received, the interpreters say what it means."""

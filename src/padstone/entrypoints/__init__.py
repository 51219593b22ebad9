"""The doors for people, machines and programs. A door builds the actor, calls, and renders."""

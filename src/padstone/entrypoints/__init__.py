"""The doors: what people, machines and programs come in through. A door builds the actor, calls, and renders."""

"""The commands, one module each with `add_to(app)`."""

"""The command line and the night: the same steps, whether a person or the scheduler asks."""

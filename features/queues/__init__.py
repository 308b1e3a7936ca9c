"""Queues of a day: what kernels work out of lines, calls and waits."""

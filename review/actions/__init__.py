"""Every change in the console: one atomic action, with who did it, which writes its entry of the audit log itself."""

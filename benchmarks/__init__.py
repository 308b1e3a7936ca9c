"""Speed, as ratios measured in one run: against the bare scan of the same files and against other ways."""

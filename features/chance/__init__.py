"""What chance alone would show: expected numbers, and how likely more of them are."""

"""Colours of the pictures: told apart by those who see red and green alike, on white and on dark paper.

After Okabe and Ito, Color Universal Design (2008), darkened or lightened to a contrast of 3 : 1 against both grounds
(WCAG 2.2, 1.4.11).
"""

AGAINST = "#c8500a"  # what speaks against a booking; who passed
FOR = "#0e78ae"  # what speaks for it
NEUTRAL = "#6f757f"  # sums, and everybody else
PASSED = "#9a5fb0"  # who was passed without a recorded reason
EXPECTED = "#457f69"  # what is usual
CLEAR = "transparent"

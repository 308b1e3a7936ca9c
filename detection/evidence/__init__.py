"""Evidence: what a case rests on, sealed night by night in the home, so that it can be checked and computed again.

`slices` cuts the night's tables, `telling` says the case in numbers and words, `sealing` writes a folder that cannot be
changed unseen, `night` does so for the cases of a night, `replay` computes one again.
"""

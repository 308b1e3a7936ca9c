"""Evidence: what a case rests on, sealed night by night in the home, so that it can be checked.

`slices` cuts the night's tables, `telling` says the case in numbers and words, `sealing` writes a folder that cannot be
changed unseen, and `night` does so for the cases of a night.
"""

"""From the lake to the console: a night's cases, and the bookings that were drawn at random beside them.

`reading` takes them from the lake, `drawing` makes a drawn booking look like a case, `writing` puts them into the
database, `night` does it for a night or for all that are missing.
"""

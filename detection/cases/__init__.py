"""Cases: flagged bookings that belong together, and the bookings drawn at random beside them.

`binding` says what holds a booking to a case, `opening` which case that is, `growing` what the case then amounts to,
`audit` what is drawn, and `day` does it all for a night.
"""

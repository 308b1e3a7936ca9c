"""Log files that arrive late: a centre's bookings of one day stand in the file of a later one."""

from data.worlds.plan import Centre

#: by how many working days
LATE_BY = 2


def delivered_with(centre: Centre, day_number: int, last: int) -> int:
    """With which day's file the bookings of a day are delivered; at the latest with the world's `last`."""
    late = LATE_BY if day_number in centre.habits.late_days else 0
    return min(day_number + late, last)

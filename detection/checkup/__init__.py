"""The check-up of a centre: could it serve more people than it lets book, and did it listen?

`facts/` reads what each day of each centre showed, `capacity.py` and the modules beside it judge it, `telling.py` says
it in words, `report/` shows it.
"""

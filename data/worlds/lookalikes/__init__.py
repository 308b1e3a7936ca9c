"""What looks like queue-jumping and is not. Every preset has all of it; a clean world has nothing else.

Each file is one of them. Four more need no code of their own, only numbers of the plan: a trainee who miscalls
(`Clerk.slips`), an outage of half a day (`Outage`), a specialist's item that one agency brings (`Window.specialist`,
`Agent`), and a company's group day (`Agent.arranged`). The library's computer, through which a village books,
stands with the other ways of asking for a slot (`data/worlds/demand.py`).
"""

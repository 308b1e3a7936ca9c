"""How common each innocent habit is among centres, and how strong where it is; NOTES.md explains them."""

# habit: (chance that a centre has it, lowest rate, highest rate); rates are of visits, else see NOTES.md
HABITS: dict[str, tuple[float, float, float]] = {
    "step_out": (1.0, 0.02, 0.08),
    "come_back": (0.9, 0.008, 0.045),
    "known_priority": (0.9, 0.02, 0.10),
    "silent_courtesy": (0.7, 0.002, 0.010),
    "family": (0.8, 0.008, 0.030),
    "reissued": (0.7, 0.004, 0.018),
    "quick_word": (0.6, 0.003, 0.012),
    "typed_late": (0.5, 0.005, 0.050),
    "desk_check_in": (0.5, 0.010, 0.080),
    "slip": (0.9, 0.002, 0.020),
    "helper": (0.8, 0.005, 0.030),
    "employer": (0.7, 0.010, 0.045),
    "bus": (0.5, 0.04, 0.15),
    "double_ticket": (0.6, 0.005, 0.025),
    "waiting_list": (0.6, 0.010, 0.050),
    "own_rebooking": (0.8, 0.005, 0.030),
    "crooked_clock": (0.5, 15.0, 50.0),
    "early_start": (0.5, 0.05, 0.30),
    "errand": (0.6, 0.004, 0.012),
    "regulars": (0.5, 0.01, 0.05),
    "car_pool": (0.6, 0.2, 1.2),
    "hasty_caller": (0.6, 0.002, 0.012),
    "paper_list": (0.4, 0.1, 0.6),
}

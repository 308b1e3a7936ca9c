"""The engines that the expressions of a night run on; `features/engine.py` says what is asked of them."""

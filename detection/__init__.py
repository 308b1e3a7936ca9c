"""Red flags, models and scores: from features to the few bookings that deserve an inspector."""

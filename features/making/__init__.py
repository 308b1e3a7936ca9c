"""How bookings are made: pace, release and quota, handovers, peers."""

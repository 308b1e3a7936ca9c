"""What a booking's log can say about queue-jumping, each feature declared once."""

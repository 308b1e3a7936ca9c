"""What identifiers, citizens and clerks have to do with each other: links, rings, affinity."""

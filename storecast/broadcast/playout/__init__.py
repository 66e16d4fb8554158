"""Playing films out as a show: a publisher of our own, in a process of its own."""

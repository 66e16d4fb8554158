"""Playing a channel's playlist out as a show."""

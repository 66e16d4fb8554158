"""The picture of the demo show, drawn from shapes: the room, the host, the lamps and how they are filmed."""

"""What the four processes say to each other: hook payloads and bus messages. Imports nothing else of ours."""

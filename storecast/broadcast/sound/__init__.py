"""Sound that browsers do not take in fragmented MP4, turned into AAC by a child process beside the show."""

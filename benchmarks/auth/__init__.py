"""What knowing the caller costs: a read with a token against the same read without."""

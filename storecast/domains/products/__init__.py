"""Products: a user's catalogue, each channel's shelf, and the one product the host promotes."""

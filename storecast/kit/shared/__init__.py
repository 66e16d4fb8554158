"""What the processes of one machine know together: limits, who watches, what changed, whose turn it is."""

MEMORY_FD = "STORECAST_SHARED_FD"  # the environment's name for the file descriptor of the memory that `run` made

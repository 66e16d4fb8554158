"""`storecast run`: keeps the processes, on the standard library alone."""

SERVICE = "STORECAST_SERVICE"  # what `run` calls a process
READY_FD = "STORECAST_READY_FD"  # where a process says that it is ready
SOCKETS_FD = "STORECAST_API_SOCKETS"  # sockets that listen, for `api` to take connections from

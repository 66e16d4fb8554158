"""`storecast run`: keeps the processes, on the standard library alone."""

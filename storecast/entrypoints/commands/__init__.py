"""What `storecast` does besides serving: one file a command."""

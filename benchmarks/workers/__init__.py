"""What several `api` processes on one port cost beside one: CPU time a request, and a hit of a limit."""

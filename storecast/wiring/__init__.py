"""How services are put together: what lasts as long as the process, and what serves one transaction."""

"""All product code, one folder a domain."""

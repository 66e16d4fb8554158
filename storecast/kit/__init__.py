"""Ground everything stands on: settings, database, errors, bus, jobs, storage. Knows no product noun."""

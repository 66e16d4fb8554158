"""From takes to one file: crash-safe fragments while live, joined without re-encoding when the session is over."""

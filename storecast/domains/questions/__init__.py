"""Questions: what viewers ask a show's host, with votes for what they want answered first; and polls of the host's."""

"""Stock: how much there is of what is sold, who holds some of it, and what was sold. One ledger, in PostgreSQL."""

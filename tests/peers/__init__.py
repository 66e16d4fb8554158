"""Stand-ins for vendors, strict about what each vendor documents, and real programs of others."""

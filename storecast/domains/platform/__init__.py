"""The installation itself: who it is, and whether it is well."""

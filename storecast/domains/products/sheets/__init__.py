"""Sheets: the catalogue as a table, in and out."""

"""Vendor clients, nothing else."""

"""Plans and what they allow. Limits are enforced here and nowhere else."""

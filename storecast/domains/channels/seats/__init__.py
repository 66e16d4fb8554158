"""Who sits at a channel: its owner, and whom they gave a role there."""

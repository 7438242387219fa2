"""What was acknowledged survives: servers that are killed under load, and disks, clocks, and files that fail."""

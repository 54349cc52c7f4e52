"""What the console reads, as rows made for showing."""

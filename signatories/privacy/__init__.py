"""What is stored about representatives, for how long, and how it is erased."""

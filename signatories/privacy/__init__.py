"""What is stored of representatives, for how long, and how it is erased."""

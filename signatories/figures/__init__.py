"""What the numbers of a letter look like: where its signatories come from, and how they grew."""

"""A letter in figures: where its signatories come from, and how the list grew."""

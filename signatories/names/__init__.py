"""Names that people type: what they may be, and the forms they are compared and sorted in."""

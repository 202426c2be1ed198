"""Names that people type: what they may contain, and how they are compared and sorted."""

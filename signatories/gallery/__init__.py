"""A page of all components for developers, only with DEBUG: /components/."""

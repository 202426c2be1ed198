"""A living page of all components for developers, registered only with DEBUG: /components/."""

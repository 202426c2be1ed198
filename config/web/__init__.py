"""What all requests and pages go through, in every app."""

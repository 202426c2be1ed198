"""Public pages, and the private pages behind links sent by email."""

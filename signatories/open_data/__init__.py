"""Open data: signatories as data, feeds, and metadata for machines."""

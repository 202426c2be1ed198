"""What everybody may take along: signatories as data, feeds, and what machines read of pages."""

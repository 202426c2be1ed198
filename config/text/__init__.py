"""What people write: text, reasons, slugs, Markdown and hosts, each in one form."""

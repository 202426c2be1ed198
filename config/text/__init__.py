"""Normalises what people write: text, reasons, slugs, Markdown and hosts."""

"""The register as recognition sees it: entries, and the stored keys that find them."""

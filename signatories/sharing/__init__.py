"""Sharing a letter: link preview image, QR code, share links."""

"""What the web server calls: `granian --interface rsgi config.front:site`."""

from config.front.handler import site

__all__ = ["site"]

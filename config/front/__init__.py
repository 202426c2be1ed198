"""The entry point for the web server: `granian --interface rsgi config.front:site`."""

from config.front.handler import site

__all__ = ["site"]

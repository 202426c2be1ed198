"""`{{ url|readable }}`: a URL or host in a readable form (config/text/hosts.py)."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import stringfilter

from config.text.hosts import readable

register = template.Library()
register.filter("readable", stringfilter(readable))

"""`{{ address|readable }}`: a URL or host as people read it."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import stringfilter

from config.text.hosts import readable

register = template.Library()
register.filter("readable", stringfilter(readable))

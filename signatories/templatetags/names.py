"""`{% signatory_rows signatures letter with_country=True %}`: the names of a list."""

from __future__ import annotations

from django import template

from signatories.public.rows import signatory_rows

register = template.Library()
register.simple_tag(signatory_rows, name="signatory_rows")

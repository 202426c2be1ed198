"""`{{ names|comma_list }}` and `{% comma %}` between elements: see config.text.lists."""

from __future__ import annotations

from django import template

from config.text.lists import comma, comma_list, semicolon, semicolon_list

register = template.Library()
register.filter("comma_list", comma_list)
register.filter("semicolon_list", semicolon_list)
register.simple_tag(comma)
register.simple_tag(semicolon)

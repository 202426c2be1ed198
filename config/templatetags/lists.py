"""`{{ names|comma_list }}` and `{{ names|semicolon_list }}`: see config.text.lists."""

from __future__ import annotations

from django import template

from config.text.lists import comma_list, semicolon_list

register = template.Library()
register.filter("comma_list", comma_list)
register.filter("semicolon_list", semicolon_list)

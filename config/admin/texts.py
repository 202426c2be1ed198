"""Text that staff type is cleaned like all other text, then measured."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.forms import Field
from django.http import HttpRequest

from config.fields import Line, Lines

M = TypeVar("M", bound=models.Model)

CLEANED = {models.CharField: Line, models.TextField: Lines}
"""By the exact class of a column. Subclasses, such as HostField, have their own form fields."""


class CleanText(BaseModelAdmin[M]):
    """For admin pages and inlines."""

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        if type(db_field) in CLEANED and not db_field.choices:
            kwargs.setdefault("form_class", CLEANED[type(db_field)])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

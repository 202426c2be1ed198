from __future__ import annotations

from typing import Any

from django.db import models


class WebAddressField(models.URLField[str, str]):
    """A web address. People write example.org; the form reads https://example.org."""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"assume_scheme": "https", **kwargs})

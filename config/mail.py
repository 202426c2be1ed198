"""Mails as files, for a demonstration or a machine without a mail server."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.text import slugify


class FileBackend(BaseEmailBackend):
    """Writes each mail to a text file under MAIL_DIR and prints where, with the links in it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            stamp = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
            path = settings.MAIL_DIR / f"{stamp}-{slugify(message.subject)[:40]}.txt"
            headers = [
                f"{name}: {value}"
                for name, value in (
                    ("From", message.from_email),
                    ("To", ", ".join(message.to)),
                    ("Reply-To", ", ".join(message.reply_to)),
                    ("Subject", message.subject),
                )
                if value
            ]
            path.write_text("\n".join([*headers, "", str(message.body)]), encoding="utf-8")
            links = re.findall(r"https?://\S+", str(message.body))
            print("\n".join([f"Mail: {path}", *(f"  {link}" for link in links)]))
        sys.stdout.flush()
        return len(email_messages)

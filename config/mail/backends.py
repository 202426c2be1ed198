"""Mail backends: SMTP with a time limit, and mails as files."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone
from django.utils.text import slugify


class _Bounded(smtplib.SMTP):
    """An SMTP conversation with a limit on its total time.

    A socket's timeout restarts with each byte, so a server that sends one now and then could hold
    the worker for ever. Here the connection is cut after EMAIL_CONVERSATION_SECONDS.
    """

    _alarm: threading.Timer | None = None
    _line: socket.socket

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        # A second handle of the same connection, since TLS takes over the first.
        self._line = line.dup()
        self._alarm = threading.Timer(settings.EMAIL_CONVERSATION_SECONDS, _cut, [self._line])
        self._alarm.daemon = True
        self._alarm.start()
        return line

    def close(self) -> None:
        super().close()
        if self._alarm is not None:
            self._alarm.cancel()
            self._line.close()
            self._alarm = None


class _BoundedTLS(smtplib.SMTP_SSL, _Bounded):
    """The same, with TLS from the first byte."""


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError), line:
        line.shutdown(socket.SHUT_RDWR)


class ServerBackend(EmailBackend):
    """Django's SMTP backend with a limit on the total time of a conversation."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _BoundedTLS if self.use_ssl else _Bounded


class FileBackend(BaseEmailBackend):
    """Writes each mail to a text file in MAIL_DIR, and prints its path and its links."""

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
            print("\n".join([f"Email: {path}", *(f"  {link}" for link in links)]))
        sys.stdout.flush()
        return len(email_messages)

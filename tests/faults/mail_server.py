"""A local mail server that can behave as badly as real ones."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from tests.faults.processes import until

# What the server answers at each stage of a conversation: GREETING, MAIL, RCPT, DATA and END. END
# comes after the mail itself; with its 250 the server accepts the mail.
# moments; END comes after the mail itself, and its 250 makes the mail the server's.
Answer = str
HANG = "hang"  # sends nothing more and keeps the line open
DRIP = "drip"  # sends one byte at a time, for 20 seconds
BREAK_OFF = "break off"

USUAL = {
    "GREETING": "220 ready",
    "EHLO": "250 hello",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "END": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@dataclass(frozen=True)
class Mail:
    recipient: str
    message: Message

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class Mood:
    """Set responses other than USUAL, by stage, for all recipients or one."""

    answers: dict[str, Answer] = field(default_factory=dict)
    refused: dict[str, Answer] = field(default_factory=dict)


class MailServer:
    """Listens inside a `with` block; can be switched off and on."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []  # mails accepted with 250
        self.mood = Mood()
        self.gate = threading.Event()  # while closed, mails wait for their response
        self.gate.set()
        self.waiting = 0  # how many mails reached the gate, or a HANG
        self.released = threading.Event()  # ends hanging conversations
        self._server: _Server | None = None
        self.port = 0

    def __enter__(self) -> MailServer:
        self.switch_on()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.gate.set()
        self.switch_off()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def switch_on(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _Conversation)
        self._server.owner = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def switch_off(self) -> None:
        """Refuse connections from now on."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def wait_for(self, number: int) -> None:
        """Wait until it has accepted this many more mails."""
        wanted = len(self.taken) + number
        until(lambda: len(self.taken) >= wanted, f"mail {wanted}")

    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.taken]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    owner: MailServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client killed in mid-conversation is no error of the server."""


class _Over(Exception):
    """The conversation ends."""


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.owner: MailServer = self.server.owner
        self.recipient = ""
        try:
            self.say("GREETING")
            while line := self.rfile.readline():
                self.command(line.decode().strip())
        except (_Over, ConnectionError):
            return

    def command(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        if verb == "RCPT":
            self.recipient = re.sub(r"^.*<(.*)>.*$", r"\1", line)
            self.say(verb, self.owner.mood.refused.get(self.recipient))
        elif verb == "DATA":
            if self.say(verb).startswith("3"):
                self.take()
        else:
            self.say("EHLO" if verb == "HELO" else verb)
            if verb == "QUIT":
                raise _Over

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _Over
            lines.append(line)
        mail = Mail(self.recipient, message_from_bytes(b"".join(lines)))
        if not self.owner.gate.is_set():
            self.owner.waiting += 1
            self.owner.gate.wait(timeout=120)
        # Before the response: once the client reads 250, the mail is here.
        if self.answer("END").startswith("2"):
            self.owner.taken.append(mail)
        self.say("END")

    def answer(self, moment: str) -> Answer:
        return self.owner.mood.answers.get(moment) or USUAL.get(moment, "502 what?")

    def say(self, moment: str, answer: Answer | None = None) -> Answer:
        answer = answer or self.answer(moment)
        if answer == HANG:
            self.owner.waiting += 1
            self.owner.released.wait(timeout=120)
            raise _Over
        if answer == BREAK_OFF:
            raise _Over
        if answer == DRIP:
            for _ in range(400):
                self.wfile.write(b"2")
                self.owner.released.wait(timeout=0.05)
            raise _Over
        self.wfile.write(f"{answer}\r\n".encode())
        return answer

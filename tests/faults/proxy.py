"""A connection between two processes that can fail as networks fail."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from tests.faults.processes import free_port

FAULTS = ("reset", "hang", "latency", "refused")


@dataclass
class _Way:
    """Data in transit: when it is due, and its bytes."""

    source: socket.socket
    target: socket.socket
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)


class Proxy:
    """Listens while it is inside a `with`; `fault` says what is wrong with the line.

    "" nothing; "reset" each connection ends with RST as soon as something is sent on it; "hang"
    everything is accepted and acknowledged and nothing arrives; "latency" each packet arrives late,
    both ways; "refused" nobody listens, and open connections end with RST.
    """

    def __init__(self, port: int, latency: float = 1.5) -> None:
        self.latency = latency  # seconds, for each way
        self.target = ("127.0.0.1", port)
        self.port = free_port()
        self._fault = ""
        self._lock = threading.RLock()
        self._ways: dict[socket.socket, _Way] = {}
        self._selector = selectors.DefaultSelector()
        self._listener: socket.socket | None = None
        self._over = False

    def __enter__(self) -> Proxy:
        self._listen()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._thread.join()
        self._end_all()
        self._refuse()

    @property
    def fault(self) -> str:
        return self._fault

    @fault.setter
    def fault(self, fault: str) -> None:
        """Change the fault. After a hang, what was lost stays lost."""
        with self._lock:
            if self._fault == "hang" or fault == "refused":
                self._end_all()
            if self._fault == "refused":
                self._listen()
            self._fault = fault
            if fault == "refused":
                self._refuse()

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=100)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)

    def _refuse(self) -> None:
        if self._listener:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None

    def _run(self) -> None:
        while not self._over:
            ready = self._selector.select(timeout=0.02)
            with self._lock:
                for key, _events in ready:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif isinstance(key.fileobj, socket.socket):
                        self._pass_on(key.fileobj)
                self._deliver()

    def _accept(self) -> None:
        assert self._listener
        with contextlib.suppress(OSError):
            client = self._listener.accept()[0]
            server = socket.create_connection(self.target)
            for source, target in ((client, server), (server, client)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ways[source] = _Way(source, target)
                self._selector.register(source, selectors.EVENT_READ)

    def _pass_on(self, source: socket.socket) -> None:
        way = self._ways.get(source)
        if way is None:
            return
        try:
            data = source.recv(65536)
        except OSError:
            data = b""
        if self._fault == "hang" and data:
            return
        if self._fault == "reset" and data:
            self._end(source)
            return
        late = self.latency if self._fault == "latency" else 0
        way.waiting.append((time.monotonic() + late, data))
        if not data:
            self._selector.unregister(source)

    def _deliver(self) -> None:
        now = time.monotonic()
        for source, way in list(self._ways.items()):
            while way.waiting and way.waiting[0][0] <= now and source in self._ways:
                data = way.waiting.popleft()[1]
                try:
                    if data:
                        way.target.sendall(data)
                    else:
                        self._end(source, politely=True)
                except OSError:
                    self._end(source)

    def _end(self, source: socket.socket, *, politely: bool = False) -> None:
        """Close both ends, with RST unless politely."""
        way = self._ways.pop(source, None)
        if way is None:
            return
        self._ways.pop(way.target, None)
        for end in (way.source, way.target):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(end)
            if not politely:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()

    def _end_all(self) -> None:
        for source in list(self._ways):
            self._end(source)

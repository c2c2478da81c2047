"""A line between a browser and the site that can be cut when so many bytes are through."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Line:
    """Passes on what is said either way; once cut, it takes nobody until it is mended."""

    def __init__(self, port: int) -> None:
        self.target = ("127.0.0.1", port)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self.door.getsockname()[1]}"
        self.left: int | None = None
        self.cuts = 0
        self.open: list[socket.socket] = []

    def __enter__(self) -> Line:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.door.close()
        self._drop()

    def cut_after(self, size: int) -> None:
        """From now on so many bytes of what the browser sends go through, and no more."""
        self.left = size

    def mend(self) -> None:
        self.left = None

    def _drop(self) -> None:
        for end in self.open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.open.clear()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                browser, _address = self.door.accept()
                if self.left is not None and self.left <= 0:
                    browser.close()
                    continue
                site = socket.create_connection(self.target)
                self.open += [browser, site]
                for one, other, counted in ((browser, site, True), (site, browser, False)):
                    threading.Thread(target=self._pass_on, args=(one, other, counted), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while said := one.recv(16_384):
                if counted and self.left is not None:
                    self.left -= len(said)
                    if self.left <= 0:
                        self.cuts += 1
                        self._drop()
                        return
                other.sendall(said)
            other.shutdown(socket.SHUT_WR)

"""Keep the tests on this machine: a connection to anywhere else is an error that names the address.

It covers Python's own sockets. The browser is held by its own flags (tests/browser/conftest.py).
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class NetworkBlockedError(RuntimeError):
    """Not an OSError: code that handles an unreachable server must not swallow it."""


@contextmanager
def only_this_machine() -> Iterator[None]:
    """Refuse, inside the block, every connection and name look-up that leaves this machine."""
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        refuse_elsewhere(host)
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        yield


def guarded(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of a socket that refuses addresses elsewhere."""

    def guarded_call(self: socket.socket, *arguments: Any) -> Any:
        # The address is the last argument of each of the three; a Unix socket's is a path.
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse_elsewhere(arguments[-1][0])
        return call(self, *arguments)

    return guarded_call


def refuse_elsewhere(host: Any) -> None:
    """Raise where the host is not this machine; None and "" mean this machine to the socket library."""
    name = host.decode() if isinstance(host, bytes) else host
    if name and name not in LOOPBACK:
        raise NetworkBlockedError(f"a test tried to reach {name}")

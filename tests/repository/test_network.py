"""The tests cannot leave this machine."""

import socket
import urllib.request

import pytest

from tests.network import NetworkBlockedError

# Reserved for documentation (RFC 5737): nothing answers there, were the guard to fail.
ELSEWHERE = "192.0.2.1"


def test_a_connection_elsewhere_is_refused():
    with socket.socket() as client, pytest.raises(NetworkBlockedError, match=ELSEWHERE):
        client.connect((ELSEWHERE, 80))


def test_a_connection_that_reports_by_number_is_refused_too():
    with socket.socket() as client, pytest.raises(NetworkBlockedError, match=ELSEWHERE):
        client.connect_ex((ELSEWHERE, 80))


def test_a_datagram_elsewhere_is_refused():
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(NetworkBlockedError, match=ELSEWHERE):
        client.sendto(b"", (ELSEWHERE, 53))


def test_a_name_elsewhere_is_not_even_looked_up():
    with pytest.raises(NetworkBlockedError, match=r"portal\.example"):
        urllib.request.urlopen("http://portal.example/", timeout=1)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()

"""What an advisory database says of the locked versions is told; where none answers, that is told as loudly."""

import json
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from supply.advisories import main


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[Any], Any]], None]]:
    """A function that has a database of this machine answer what is asked."""
    answer: list[Callable[[Any], Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(answer[-1](asked["queries"])).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OSV_DATABASE", f"http://127.0.0.1:{server.server_port}/v1/querybatch")
    yield answer.append
    server.shutdown()
    server.server_close()


def test_a_known_fault_is_told(database: Any, capsys: pytest.CaptureFixture[str]):
    def answer(queries: list[Any]) -> Any:
        assert all(query["package"]["ecosystem"] == "PyPI" for query in queries)
        names = [query["package"]["name"] for query in queries]
        assert {"django", "pytest", "numpy"} <= set(names)
        return {"results": [{"vulns": [{"id": "ONE-1"}]} if name == "django" else {} for name in names]}

    database(answer)
    assert main(["--if-reachable"]) == 1
    assert ": ONE-1\n" in capsys.readouterr().out


def test_without_a_known_fault_it_says_how_many_were_asked_about(database: Any, capsys: pytest.CaptureFixture[str]):
    database(lambda queries: {"results": [{}] * len(queries)})
    assert main([]) == 0
    assert "locked versions, 0 known advisories" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [None, {"results": []}, [], {"results": None}])
def test_what_is_no_database_is_not_taken_for_clean(database: Any, capsys: pytest.CaptureFixture[str], answer: Any):
    if answer is None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OSV_DATABASE", closed)
            codes = main([]), main(["--if-reachable"])
    else:
        database(lambda queries: answer)
        codes = main([]), main(["--if-reachable"])
    assert codes == (2, 0)
    told = capsys.readouterr()
    assert told.err.count("NOT ASKED") == 2
    assert "0 known" not in told.out + told.err

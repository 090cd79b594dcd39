"""Serving: the next free port, what is printed, a clean end with the worker gone, records left as they are."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from technopole.cli.serve import free_port
from tests.loop.region import small_region

SECONDS_TO_START, SECONDS_TO_STOP = 240, 30
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Served:
    """A running `technopole serve`, read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._coming: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._coming.put(line)
        self._coming.put(None)

    def until(self, wanted: str, seconds: float = SECONDS_TO_START) -> None:
        """Read on until a line holds `wanted`."""
        end = time.monotonic() + seconds
        while not self.lines or wanted not in self.lines[-1]:
            line = self._coming.get(timeout=max(0.1, end - time.monotonic()))
            assert line is not None, f"ended before it said {wanted!r}:\n{self.text}"
            self.lines.append(line)

    @property
    def text(self) -> str:
        return "".join(self.lines)

    @property
    def port(self) -> int:
        found = ADDRESS.search(self.text)
        assert found is not None, self.text
        return int(found[1])

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            assert answer.status == 200
            return str(answer.read().decode("utf-8"))

    def workers(self) -> list[int]:
        """Processes that it started and that still run."""
        found = subprocess.run(
            ["ps", "-o", "pid=,stat=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        rows = [line.split() for line in found.stdout.splitlines()]
        return [int(pid) for pid, state in rows if not state.startswith("Z")]

    def stop(self, with_signal: int = signal.SIGINT) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(timeout=SECONDS_TO_STOP)


@contextmanager
def serving(var: Path, *arguments: str, port: int, sample: Path) -> Iterator[Served]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TECHNOPOLE_")}
    environment |= {
        "TECHNOPOLE_VAR": str(var),
        "TECHNOPOLE_PORT": str(port),
        "TECHNOPOLE_SAMPLE": str(sample),
    }
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "technopole", "serve", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    served = Served(process)
    try:
        yield served
    finally:
        if process.poll() is None:
            served.stop()


@contextmanager
def taken() -> Iterator[int]:
    """A port on which somebody listens, the next one free."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


def records(var: Path) -> dict[str, int]:
    """How many rows each table of the office's records has, queue and sessions left out."""
    with sqlite3.connect(f"file:{var / 'records.sqlite3'}?mode=ro", uri=True) as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {
            name: database.execute(f'select count(*) from "{name}"').fetchone()[0]
            for name in names
            if not name.startswith(("django_", "sqlite_"))
        }


def test_the_first_free_port_after_taken_ones_is_found() -> None:
    with taken() as port:
        assert port < free_port("127.0.0.1", port) <= port + 49


def test_serve_with_the_sample_then_stop_then_serve_again(tmp_path: Path) -> None:
    sample = small_region(tmp_path / "sample")
    var = tmp_path / "var"
    with taken() as port:
        with serving(var, "--sample", port=port, sample=sample) as served:
            served.until("Ctrl-C")
            assert f"Port {port} is taken" in served.text
            assert served.port > port
            assert "technopole-sample" in served.text
            for role in ("director", "officer", "researcher", "clinician", "scout", "park_manager"):
                assert role in served.text, role
            assert "<html" in served.page("/")
            assert 'type="password"' in served.page("/accounts/sign-in/")
            (worker,) = served.workers()
            assert served.stop() == 0
            assert "Traceback" not in served.text
            assert not Path(f"/proc/{worker}").exists()
            with pytest.raises(OSError):
                served.page("/")
        first = records(var)
        assert first["pipeline_result"] == 6
        with serving(var, "--sample", port=port, sample=sample) as again:
            again.until("Ctrl-C")
            assert "history" not in again.text, "nothing is loaded a second time"
            assert "<html" in again.page("/")
            (worker,) = again.workers()
            assert again.stop(signal.SIGTERM) == 0
            assert not Path(f"/proc/{worker}").exists()
        assert records(var) == first


def test_serve_without_a_sample_shows_no_sample_account(tmp_path: Path) -> None:
    with serving(tmp_path, port=free_port("127.0.0.1", 18_000), sample=tmp_path / "none") as served:
        served.until("Ctrl-C")
        assert "technopole-sample" not in served.text
        assert "is taken" not in served.text
        assert "<html" in served.page("/")
        (worker,) = served.workers()
        assert served.stop(signal.SIGHUP) == 0, "a closed terminal ends it as Ctrl-C does"
        assert not Path(f"/proc/{worker}").exists()

"""Serving the portal: database, sample, worker and web server, started and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from technopole.cli.sample import ACCOUNT_PASSWORD, SampleError, load_sample
from technopole.parties.models import Organisation, RoleName, User

PORTS_TRIED = 50


def free_port(host: str, first: int) -> int:
    """The first port from `first` on that nobody listens on.

    Raises
    ------
    OSError
        All of the ports tried are taken.
    """
    for port in range(first, first + PORTS_TRIED):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"ports {first} to {first + PORTS_TRIED - 1} are all taken; set TECHNOPOLE_PORT")


def prepare() -> None:
    """Bring the database to this version's shape, making it where there is none."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)


def load(folder: str = "") -> int:
    """Load a sample region whole, or nothing of it; 2 and one line when its files are wrong."""
    from technopole.cli.progress import steps

    prepare()
    try:
        with steps() as progress:
            replay = load_sample(Path(folder) if folder else settings.SAMPLE, progress)
    except SampleError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    for refusal in replay.refusals:
        if not refusal.attempt:
            why = "; ".join(reason.text("en") for reason in refusal.reasons)
            print(f"refused: {refusal.on} {refusal.project} {refusal.act}: {why}", file=sys.stderr)
    return 0


def serve(*, sample: bool, port: int | None, host: str) -> int:
    """Prepare the database, start the worker, serve until Ctrl-C or SIGTERM."""
    started = time.monotonic()
    prepare()
    if sample and not Organisation.objects.exists():
        code = load()
        if code:
            return code
    try:
        wanted = port or settings.PORT
        chosen = free_port(host, wanted)
    except OSError as taken:
        print(taken, file=sys.stderr)
        return 2
    worker = subprocess.Popen(
        [sys.executable, "-m", "technopole", "worker"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "technopole.config.settings"},
        start_new_session=True,
    )
    try:
        if chosen != wanted:
            print(f"Port {wanted} is taken; using {chosen}. · 端口 {wanted} 被占用，改用 {chosen}。")
        _serve_web(host, chosen, started)
    finally:
        worker.send_signal(signal.SIGINT)
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
    return 0


def _serve_web(host: str, port: int, started: float) -> None:
    from django.core.wsgi import get_wsgi_application
    from waitress.server import create_server

    server: Any = create_server(get_wsgi_application(), host=host, port=port, threads=8, ident="technopole")

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    # Both are set here: a shell that starts the command in the background has Ctrl-C ignored for it.
    signal.signal(signal.SIGTERM, stop)
    # A closed terminal ends it too, unless somebody asked (nohup) that it should not.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, stop)
    signal.signal(signal.SIGINT, stop)
    _welcome(host, port, started)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        print("\nStopped · 已停止", flush=True)


def _welcome(host: str, port: int, started: float) -> None:
    print(f"\n  Technopole   http://{host}:{port}/   ({time.monotonic() - started:.1f} s)\n")
    if settings.SAMPLE_ACCOUNTS:
        accounts = User.objects.filter(is_sample=True, is_active=True).select_related("person").order_by("pk")
        if accounts:
            print(f"  Sample accounts · 示例账号 (password · 密码: {ACCOUNT_PASSWORD})")
            for user in accounts:
                roles = ", ".join(str(RoleName(role).value) for role in sorted(user.role_names))
                print(f"    {user.username:<12} {roles}")
    print("\n  Ctrl-C stops. · 按 Ctrl-C 停止。", flush=True)

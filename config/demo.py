"""`make demo`: the whole site and its worker, on this machine only, with emails as files."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import subprocess  # nosec B404
import sys
import time
from base64 import urlsafe_b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
STAFF_NAME = "staff"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    if not is_free(port):
        print(f"Port {port} is in use. Try another one: make demo PORT={port + 1}")
        return 1
    data = Path(os.environ.get("DATA_DIR") or ROOT / "var")
    data.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **settings_for(port, data), **stored_secrets(data / "demo.env")}
    os.environ.update(environment)
    password = prepare()
    return serve(port, data, password)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def settings_for(port: int, data: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "off",
        "SITE_URL": f"http://{HOST}:{port}",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "DATA_DIR": str(data.resolve()),
        "DATABASE_URL": f"sqlite:///{(data / 'demo.sqlite3').resolve()}",
        "EMAIL_URL": "filemail://",
        "OPERATOR_NAME": "Undersigned (demonstration)",
        # So that newcomers can look around at once; set the variable to try it.
        "STAFF_SECOND_FACTOR": os.environ.get("STAFF_SECOND_FACTOR") or "off",
        "PYTHONUNBUFFERED": "1",
    }


def stored_secrets(path: Path) -> dict[str, str]:
    """Random keys, generated once and stored beside the data that they protect."""
    if not path.exists():
        lines = [
            f"SECRET_KEY={secrets.token_urlsafe(50)}",
            f"PERSONAL_DATA_KEYS={urlsafe_b64encode(os.urandom(32)).decode()}",
        ]
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n")
    pairs = (line.partition("=") for line in path.read_text().splitlines())
    return {name: value for name, _equals, value in pairs if name}


def prepare() -> str:
    """Bring database, seeds and static files up to date; returns the staff user's new password."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed")
    call_command("collectstatic", interactive=False, verbosity=0)

    from django.contrib.auth.models import User

    password = os.environ.get("STAFF_PASSWORD") or secrets.token_urlsafe(12)
    staff, _created = User.objects.get_or_create(
        username=STAFF_NAME, defaults={"is_staff": True, "is_superuser": True}
    )
    staff.set_password(password)
    staff.save(update_fields=["password"])
    return password


def serve(port: int, data: Path, password: str) -> int:
    """Run the web server and the worker until one of them ends or Ctrl-C is pressed."""
    python = sys.executable
    web = [python, "-m", "granian", "--interface", "rsgi", "--host", HOST, "--port", str(port)]
    web += [
        "--workers",
        "1",
        "--no-access-log",
        "--log-level",
        "error",
        "config.front:site",
    ]
    worker = [python, "manage.py", "worker"]
    # In sessions of their own, so that Ctrl-C reaches only this process, which stops them in order.
    processes = [
        subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # nosec B603
        for command in (web, worker)
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        wait_until_served(port)
        print(
            "\n"
            f"Undersigned      http://{HOST}:{port}/\n"
            f"Admin            http://{HOST}:{port}/admin/\n"
            f"Staff user       {STAFF_NAME}\n"
            f"Password         {password}\n"
            f"Emails           {data / 'mail'}/ (their links are printed here)\n"
            "Stop             Ctrl-C\n",
            flush=True,
        )
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
        return 1
    except (KeyboardInterrupt, SystemExit):
        return 0
    finally:
        stop(processes)


def wait_until_served(port: int) -> None:
    deadline = time.monotonic() + 20
    while is_free(port) and time.monotonic() < deadline:
        time.sleep(0.1)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
    print("Stopped.")


if __name__ == "__main__":
    sys.exit(main())

"""What the tests of credentials, notices and cold starts share."""

from __future__ import annotations

import contextlib
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "src" / "handler" / "python"))

AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextlib.contextmanager
def moto() -> Iterator[str]:
    """An AWS that nobody here wrote, on loopback and empty."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


class Lines:
    """A log that remembers."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []

    def __call__(self, level: str, event: str, message: str, fields: dict[str, Any] | None = None) -> None:
        self.all.append({"level": level, "event": event, "message": message, **(fields or {})})

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.all if line["event"] == event]

"""What the tests of credentials, notices and cold starts share."""

from __future__ import annotations

import contextlib
import os
import pathlib
import sys
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

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


SERVER = os.environ.get("MIGRATE_REMOTE_TEST_DATABASE", "")

INI = """[alembic]
script_location = %(here)s/migrations
"""

ENV = """import os

from alembic import context
from sqlalchemy import create_engine

url = os.environ.get("DATABASE_URL") or context.config.get_main_option("sqlalchemy.url")

if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""

# Each says that it was executed: once is once.
FIRST = (
    "aaa111",
    "op.execute('CREATE TABLE executed (revision text)')",
    "op.execute('CREATE TABLE users (id int, name text)')",
)
SECOND = ("abc123", "op.execute('ALTER TABLE users ADD COLUMN email text')")
THIRD = ("def456", "op.execute('CREATE TABLE orders (id int)')")
DROPS = ("dddd44", "op.execute('ALTER TABLE users DROP COLUMN name')")
FAILS = ("ffff66", "op.execute('ALTER TABLE nowhere ADD COLUMN n int')")
READS = ("eeee55", "op.get_bind().exec_driver_sql('SELECT count(*) FROM users').scalar_one() + 1")
# Of a wait that is no function's call, which nobody can know.
SLEEPS = ("bbbb22", "import time", "time.sleep(0.5)", "op.execute('CREATE TABLE slept (id int)')")


def make_project(folder: pathlib.Path, *revisions: tuple[str, ...]) -> str:
    """A plain Alembic project; gives its alembic.ini."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV)
    for old in versions.glob("*.py"):
        old.unlink()
    down = None
    for revision, *body in revisions:
        lines = [*body, f"op.execute(\"INSERT INTO executed VALUES ('{revision}')\")"]
        text = f"from alembic import op\n\nrevision = {revision!r}\ndown_revision = {down!r}\n\n\ndef upgrade():\n"
        (versions / f"{revision}_.py").write_text(text + "".join(f"    {line}\n" for line in lines))
        down = revision
    return str(folder / "alembic.ini")


def create_database() -> str:
    """A new database on the tests' server, as a URL."""
    name = f"env_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    parts = urlsplit(SERVER)
    return urlunsplit(parts._replace(path=f"/{name}"))


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []

from __future__ import annotations

import importlib
import json
import os
import socket
import threading
import time

import env_support  # noqa: F401
import migrate_remote_handler as far_side
import pytest

SERVER = os.environ.get("MIGRATE_REMOTE_TEST_DATABASE", "")
needs_server = pytest.mark.skipif(not SERVER, reason="MIGRATE_REMOTE_TEST_DATABASE is not set")


def only(monkeypatch: pytest.MonkeyPatch, *installed: str) -> None:
    """As if of the drivers these alone were there."""
    real = importlib.import_module

    def import_module(name: str, *rest: str):
        if name in far_side.DRIVERS and name not in installed:
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", import_module)


@pytest.mark.parametrize(
    ("scheme", "driver"),
    [
        ("postgres", "psycopg"),
        ("postgresql", "psycopg"),
        ("postgresql+psycopg2", "psycopg2"),
        ("postgresql+pg8000", "pg8000"),
        ("postgresql+asyncpg", "psycopg"),
        ("postgresql+psycopg_async", "psycopg"),
    ],
)
def test_the_named_driver_or_one_that_serves(scheme: str, driver: str) -> None:
    url = far_side.driver_url(f"{scheme}://app:p%40ss@db:5433/app?sslmode=require", {})
    assert url.drivername == f"postgresql+{driver}"
    assert (url.username, url.password, url.host, url.port, url.database) == ("app", "p@ss", "db", 5433, "app")
    assert url.query == {"sslmode": "require"}


@pytest.mark.parametrize("driver", far_side.DRIVERS)
def test_the_one_that_is_installed(driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, driver)
    assert far_side.driver_url("postgresql+asyncpg://a:b@c/d", {}).drivername == f"postgresql+{driver}"


def test_none_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    with pytest.raises(far_side.Refusal) as caught:
        far_side.driver_url("postgresql+asyncpg://a:s3cret@c/d", {})
    error = caught.value.error
    assert "asyncpg" in error["message"] and "psycopg[binary]" in error["hint"]
    assert "s3cret" not in json.dumps(error)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("ssl=require", {"sslmode": "require"}),
        ("ssl=true", {"sslmode": "require"}),
        ("sslmode=verify-full&sslrootcert=/rds.pem", {"sslmode": "verify-full", "sslrootcert": "/rds.pem"}),
        ("schema=public&pgbouncer=true&connection_limit=1&prepared_statement_cache_size=0", {}),
        ("options=-csearch_path%3Dapp", {"options": "-csearch_path=app"}),
    ],
)
def test_what_libpq_knows_is_kept(query: str, kept: dict[str, str]) -> None:
    assert far_side.driver_url(f"postgresql://a:b@c/d?{query}", {}).query == kept


def test_what_is_absent_comes_from_the_environment() -> None:
    environ = {
        "PGHOST": "h",
        "PGPORT": "6432",
        "PGUSER": "u",
        "PGPASSWORD": "p",
        "PGDATABASE": "d",
        "PGSSLMODE": "require",
    }
    assert far_side.driver_url("postgresql://", environ).render_as_string(hide_password=False) == (
        "postgresql+psycopg://u:p@h:6432/d?sslmode=require"
    )
    socket_url = far_side.driver_url("postgresql:///app?host=/run/postgresql", environ)
    assert socket_url.host is None and socket_url.query["host"] == "/run/postgresql"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a:s3cret@c/d",
        "s3cret",
        "postgresql://a:p@s3cret@c/d",
        "postgresql://a:p@s3cret/w#x@c/d",
        "postgresql://a:b@c:s3cret/d",
        "postgresql://a:b@c/d?sslmode=s3cret",
        "postgresql://a:b@c s3cret/d",
    ],
)
def test_what_is_no_url_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(far_side.Refusal) as caught:
        far_side.driver_url(url, {})
    assert "s3cret" not in json.dumps(caught.value.error)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@needs_server
@pytest.mark.parametrize("driver", far_side.DRIVERS)
@pytest.mark.parametrize("mode", ["disable", "prefer", ""])
def test_each_driver_connects_and_commits_by_itself(driver: str, mode: str) -> None:
    url = far_side.make_url(SERVER).set(drivername=f"postgresql+{driver}", query={"sslmode": mode} if mode else {})
    engine = far_side.database_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE seen (n int)")
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("INSERT INTO seen VALUES (1)")
        connection.exec_driver_sql("ROLLBACK")
        assert connection.exec_driver_sql("SELECT count(*) FROM seen").scalar() == 0
        # Longer than the bound for connecting: that must not be a bound for statements.
        short = far_side.database_engine(url, connect_timeout=0.5)
        with short.connect() as patient:
            patient.exec_driver_sql("SELECT pg_sleep(0.8)")


@needs_server
@pytest.mark.parametrize("driver", far_side.DRIVERS)
def test_a_server_without_tls_is_told_so_when_tls_is_asked_for(driver: str) -> None:
    url = far_side.make_url(SERVER).set(drivername=f"postgresql+{driver}", query={"sslmode": "require"})
    with pytest.raises(Exception, match=r"(?i)ssl"), far_side.database_engine(url).connect():
        pass


@pytest.mark.parametrize("driver", far_side.DRIVERS)
def test_connecting_to_a_silent_server_ends(driver: str) -> None:
    """It accepts and never says a word, as a security group in the way or a database that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        kept: list[socket.socket] = []
        threading.Thread(target=lambda: kept.append(silent.accept()[0]), daemon=True).start()
        url = f"postgresql+{driver}://a:b@127.0.0.1:{silent.getsockname()[1]}/d?sslmode=disable"
        began = time.monotonic()
        with pytest.raises(Exception), far_side.database_engine(url, connect_timeout=1).connect():  # noqa: B017
            pass
        assert time.monotonic() - began < 6
        for one in kept:
            one.close()

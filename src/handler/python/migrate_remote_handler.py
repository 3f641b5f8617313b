"""The far side of migrate-remote for Alembic: a Lambda handler in one file.

Copy this file beside your Lambda's code and set the handler to ``migrate_remote_handler.handler``. It needs what is there already:
Alembic, SQLAlchemy, and the project's own PostgreSQL driver (psycopg2, psycopg or pg8000).

The file is long because it is one: what a user has to copy, review and deploy shall be one thing. Its sections follow the
TypeScript handler's modules, and speak the same wire (``docs/wire.schema.json``) and the same ledger (``migrate_remote.runs``).
"""

from __future__ import annotations

import argparse
import ast
import base64
import contextlib
import difflib
import functools
import hashlib
import importlib
import io
import itertools
import json
import linecache
import logging.config
import math
import os
import random
import re
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import alembic
import sqlalchemy
import sqlalchemy.event
import sqlalchemy.exc
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError as AlembicError
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool, Pool

VERSION = "0.1.0"

# --- Words -----------------------------------------------------------------------------------------------------------------------


class Refusal(Exception):
    """An end that is an answer: nothing more is executed, and the report carries ``error``."""

    def __init__(self, code: str, message: str, hint: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.error: dict[str, Any] = {"code": code, "message": message, **details}
        if hint is not None:
            self.error["hint"] = hint


@dataclass(frozen=True)
class Migration:
    """One revision as the script directory has it."""

    revision: str
    checksum: str  # SHA-256 of the file's bytes, hexadecimal
    down_revisions: tuple[str, ...]  # and what it depends on
    description: str = ""
    transactional: bool = True
    branch_labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """The script directory: every revision, an order in which each comes after those it depends on, and its heads."""

    migrations: tuple[Migration, ...]
    heads: tuple[str, ...]
    problems: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Assessment:
    """What source, history and tables mean together. Current and head are lists, because history may branch."""

    state: str
    current: tuple[str, ...]
    head: tuple[str, ...]
    applied: tuple[str, ...]  # source order
    pending: tuple[Migration, ...]  # in the order in which they would be applied
    problems: tuple[dict[str, Any], ...] = field(default=())


def print_line(line: str) -> None:
    """Whole lines at once: what a migration prints meanwhile must not get into one."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Options:
    """What ``create_handler`` takes; what is left out comes from the environment (``options_from``).

    A duration is milliseconds, or a number with a unit: ``"500ms"``, ``"30s"``, ``"5m"``, ``"1h"``.
    """

    #: The URL, or a function that is asked for it at each invocation. None: from the environment (``resolve_database_url``).
    database_url: str | Callable[[], str] | None = None
    #: None: ``ALEMBIC_CONFIG``, else ``alembic.ini`` in the function's folder (``LAMBDA_TASK_ROOT``).
    alembic_ini: str | None = None
    #: Where the revisions are; None: as the ini file says.
    script_location: str | None = None
    #: A Flask application, as ``FLASK_APP`` names it.
    flask_app: str | None = None
    #: How long a migration's statement may wait for a lock on a table. 0: no limit.
    lock_timeout: int | str = 0
    #: How long one statement of a migration may take; never longer than the function has left. 0: no limit of its own.
    statement_timeout: int | str = 0
    connect_timeout: int | str = "10s"
    #: No further migration is started when less than this is left of the function's time limit: the run pauses there.
    stop_before: int | str = "10s"
    #: How long a paused run keeps other runs out, waiting for its next part.
    lease: int | str = "5m"
    #: What ``{}`` and null mean: ``"refuse"`` throws, ``"run"`` runs everything to the head.
    empty_event: str = "refuse"
    #: Seconds that a whole run may take, all its parts together (``MIGRATION_TIMEOUT``). None: as long as its function lives.
    migration_timeout: float | None = None
    #: Called with the lock before a run is planned; a ``Refusal`` from it ends the run before it begins.
    guard: Callable[[Work], None] | None = None
    #: The project's own way to migrate, as a command: ``("alembic", "upgrade", "{target}")``. None: revision by revision, in here.
    command: tuple[str, ...] | None = None
    #: Takes log lines, one JSON object each.
    log: Callable[[str], None] = print_line


# --- Credentials: where the database's URL comes from --------------------------------------------------------------------------------

PLAIN_VARIABLES = ("DbConnStr", "DATABASE_URL")
SST_SECRETS = ("DbConnStr", "DATABASE_URL", "DatabaseUrl")
SECRET_VARIABLES = ("DATABASE_SECRET_ARN", "DATABASE_SECRET_ID")
PARAMETER_VARIABLE = "DATABASE_URL_PARAMETER"

Fetch = Callable[[str, str], str]
"""``(service, name)`` → text; service is ``secretsmanager`` or ``ssm``. Raises ``FetchError``."""


class FetchError(Exception):
    """What AWS could not give, in a word that holds no secret: its error's code, or the exception's type."""


def resolve_database_url(environ: Mapping[str, str], fetch: Fetch | None = None) -> str:
    """The database's URL from the first source that the environment names, asked anew each time, because passwords rotate.

    In this order: ``DbConnStr``, ``DATABASE_URL``; an SST secret of one of these names (or ``DatabaseUrl``); Secrets Manager
    (``DATABASE_SECRET_ARN`` or ``DATABASE_SECRET_ID``); SSM (``DATABASE_URL_PARAMETER``). The plain ones come first, so that a local
    run overrides what is deployed. A source that is named and cannot be read is an error, never a reason to take the next one: that might
    be another database. Each holds a URL, or JSON as RDS and Secrets Manager keep it.

    Raises ``Refusal`` (configuration_error). No message holds what was read.
    """
    for name in PLAIN_VARIABLES:
        if environ.get(name, "").strip():
            return read_database_value(environ[name], name, environ)
    linked = read_sst_secret(environ)
    if linked is not None:
        return read_database_value(linked[1], f"the SST secret {linked[0]}", environ)
    for service, names in (("secretsmanager", SECRET_VARIABLES), ("ssm", (PARAMETER_VARIABLE,))):
        for name in names:
            wanted = environ.get(name, "").strip()
            if wanted:
                return read_database_value(fetch_named(fetch or fetch_from_aws, service, name, wanted), name, environ)
    raise Refusal(
        "configuration_error",
        "The function's environment does not say which database to connect to. Nothing was done.",
        f"Set one of {', '.join((*PLAIN_VARIABLES, *SECRET_VARIABLES, PARAMETER_VARIABLE))}, or link the SST secret DbConnStr.",
    )


def read_database_value(text: str, source: str, environ: Mapping[str, str]) -> str:
    """A URL as it is; JSON that holds one; or JSON with username, password and perhaps the rest, completed by ``PGHOST`` and others."""
    text = text.strip()
    if not text.startswith(("{", '"')):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        raise unusable_value(source, "begins like JSON and is none") from None
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, dict):
        raise unusable_value(source, "is neither a URL nor a JSON object")
    for key in ("url", "DATABASE_URL", "DbConnStr", "connection_string"):
        if isinstance(value.get(key), str) and value[key].strip():
            return value[key].strip()
    return url_of_parts(value, source, environ)


def url_of_parts(value: Mapping[str, Any], source: str, environ: Mapping[str, str]) -> str:
    """An RDS-managed secret knows username and password alone; where the database is, the function's environment says."""
    engine = value.get("engine")
    if engine is not None and "postgres" not in str(engine).lower():
        raise unusable_value(source, "is of a database that is not PostgreSQL")

    def part(variable: str, *keys: str) -> str:
        found = next((value[key] for key in keys if value.get(key) not in (None, "")), environ.get(variable, ""))
        if isinstance(found, bool) or not isinstance(found, (str, int)):
            raise unusable_value(source, f"has a {keys[0]} that is neither text nor a number")
        return str(found)

    user, host = part("PGUSER", "username", "user"), part("PGHOST", "host", "hostname")
    password, database = part("PGPASSWORD", "password"), part("PGDATABASE", "dbname", "database")
    port, sslmode = part("PGPORT", "port"), part("PGSSLMODE", "sslmode")
    for name, found, variable in (
        ("username", user, "PGUSER"),
        ("host", host, "PGHOST"),
        ("database", database, "PGDATABASE"),
    ):
        if not found:
            raise unusable_value(
                source, f"names no {name}", f"Set {variable} on the function, or put it into the secret."
            )
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    address = host + (f":{port}" if port else "")
    query = f"?sslmode={quote(sslmode, safe='')}" if sslmode else ""
    return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{address}/{quote(database, safe='')}{query}"


def unusable_value(source: str, why: str, hint: str | None = None) -> Refusal:
    return Refusal(
        "configuration_error",
        f"What {source} holds {why}. Nothing was done.",
        hint
        or "It is to be postgresql://USER:PASSWORD@HOST:5432/DATABASE with special characters percent-encoded, or JSON with "
        "username, password, host, port and dbname.",
    )


def read_sst_secret(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """A linked secret's name and value, from wherever SST put its links: a variable each, one for all of them, or an encrypted file."""
    for source in (sst_variables, sst_json, sst_file):
        links = source(environ)
        for name in SST_SECRETS:
            value = links.get(name)
            if isinstance(value, dict) and isinstance(value.get("value"), str) and value["value"].strip():
                return name, value["value"]
    return None


def sst_variables(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {name: environ.get(f"SST_RESOURCE_{name}", "") for name in SST_SECRETS}
    return {name: read_links(text, f"SST_RESOURCE_{name}") for name, text in found.items() if text.strip()}


def sst_json(environ: Mapping[str, str]) -> dict[str, Any]:
    text = environ.get("SST_RESOURCES_JSON", "")
    return read_links(text, "SST_RESOURCES_JSON") if text.strip() else {}


def sst_file(environ: Mapping[str, str]) -> dict[str, Any]:
    """SST's encrypted file: AES-256-GCM under ``SST_KEY``, a nonce of zeros, the tag behind the text."""
    path, key = environ.get("SST_KEY_FILE", ""), environ.get("SST_KEY", "")
    # SST sets both for every function, whether anything is linked to it or not.
    if not path or not key or not os.path.exists(path):
        return {}
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        if any(environ.get(name, "").strip() for name in (*SECRET_VARIABLES, PARAMETER_VARIABLE)):
            return {}
        raise Refusal(
            "configuration_error",
            "SST's links are in an encrypted file, and the function's package has nothing to decipher it with. Nothing was done.",
            "Add cryptography to the function's dependencies, or set DATABASE_URL or DATABASE_SECRET_ARN on it.",
        ) from None
    try:
        with open(path, "rb") as file:
            text = AESGCM(base64.b64decode(key)).decrypt(bytes(12), file.read(), None).decode()
    except Exception as error:
        raise unusable_value("SST_KEY_FILE", f"cannot be deciphered with SST_KEY ({type(error).__name__})") from None
    return read_links(text, "SST_KEY_FILE")


def read_links(text: str, source: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise unusable_value(
            source, "is no JSON object", 'SST writes it as {"type": "sst.sst.Secret", "value": "postgresql://…"}.'
        )
    return value


def fetch_named(fetch: Fetch, service: str, variable: str, wanted: str) -> str:
    try:
        text = fetch(service, wanted)
    except FetchError as error:
        action = {"secretsmanager": "secretsmanager:GetSecretValue", "ssm": "ssm:GetParameter"}[service]
        raise Refusal(
            "configuration_error",
            f"What {variable} names could not be read ({error}). Nothing was done.",
            f"Does it exist in this region, and may the function's role {action} on it (and kms:Decrypt on its key)? In a VPC "
            f"without a way out the function needs an interface endpoint for {service}.",
        ) from None
    if not text.strip():
        raise unusable_value(variable, "is empty")
    return text


def fetch_from_aws(service: str, name: str) -> str:
    """Asks AWS, for a bounded time: five seconds to connect, five to answer, twice at most."""
    try:
        client = aws_client(service, name, timeout=5, attempts=2)
        if service == "ssm":
            return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        secret = client.get_secret_value(SecretId=name)
        return str(secret["SecretString"]) if "SecretString" in secret else secret["SecretBinary"].decode()
    except Exception as error:
        # Its message is never kept: it may repeat what was asked for, or what was answered.
        raise FetchError(aws_error_name(error)) from None


def aws_client(service: str, name: str, timeout: float, attempts: int) -> Any:
    """boto3 comes with Lambda's Python runtimes; it takes a second to import, so only who needs it does. ``name`` may be an ARN."""
    import boto3
    from botocore.config import Config

    region = name.split(":")[3] if name.startswith("arn:") and name.count(":") >= 5 else None
    config = Config(connect_timeout=timeout, read_timeout=timeout, retries={"total_max_attempts": attempts})
    return boto3.client(service, region_name=region or None, config=config)


def aws_error_name(error: Exception) -> str:
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    if isinstance(code, str) and re.fullmatch(r"[\w.:-]{1,100}", code):
        return code
    if isinstance(error, ImportError):
        return "the function has no boto3"
    return type(error).__name__


DRIVERS = ("psycopg", "psycopg2", "pg8000")

# What libpq calls a setting is kept; pools' and other drivers' words (`pgbouncer=true`, Prisma's `schema`) would stop the connection.
LIBPQ_SETTINGS = frozenset(
    """application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssencmode host hostaddr
    keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname load_balance_hosts options passfile password port
    replication require_auth service sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey ssl_max_protocol_version
    ssl_min_protocol_version sslmode sslnegotiation sslpassword sslrootcert sslsni target_session_attrs tcp_user_timeout user""".split()
)

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def driver_url(url: str | URL, environ: Mapping[str, str] | None = None) -> URL:
    """The URL as SQLAlchemy takes it, with a driver that is installed: the named one if it is here and not asynchronous, else psycopg,
    psycopg2 or pg8000. ``postgres://`` and ``postgresql+asyncpg://`` are understood; what is absent comes from ``PGHOST`` and others.

    Raises ``Refusal`` (configuration_error); no message holds the URL or a part of it.
    """
    environ = os.environ if environ is None else environ
    try:
        parsed = url if isinstance(url, URL) else make_url(url.strip())
    except Exception:
        # SQLAlchemy's message repeats what it could not read.
        raise unusable_url("is no URL (is a password in it not percent-encoded?)") from None
    scheme, _, wanted = parsed.drivername.partition("+")
    if scheme not in ("postgres", "postgresql"):
        raise unusable_url("does not begin with postgresql://")
    if parsed.host is not None and re.fullmatch(r"[\w.,:/%-]+", parsed.host) is None:
        raise unusable_url("names a host that is none (is a password in it not percent-encoded?)")
    # A password with @ and / leaves one half of itself as the host, which messages name.
    database = parsed.database or ""
    if "@" in database and isinstance(url, str) and url.strip().partition("?")[0].endswith(f"/{database}"):
        raise unusable_url("has an @ behind its host (is a password in it not percent-encoded?)")
    query = {key: value for key, value in parsed.query.items() if key in LIBPQ_SETTINGS}
    # asyncpg's word for sslmode.
    mode = one_value(query.pop("sslmode", None) or parsed.query.get("ssl")) or environ.get("PGSSLMODE", "")
    mode = {"true": "require", "True": "require", "no-verify": "require"}.get(mode, mode)
    if mode and mode not in SSL_MODES:
        raise unusable_url(f"has an sslmode that is none of {', '.join(SSL_MODES)}")
    if mode:
        query["sslmode"] = mode
    port = environ.get("PGPORT", "")
    return parsed.set(
        drivername=f"postgresql+{installed_driver(wanted)}",
        username=parsed.username or environ.get("PGUSER") or None,
        password=parsed.password or environ.get("PGPASSWORD") or None,
        host=parsed.host or (None if "host" in query else environ.get("PGHOST") or None),
        port=parsed.port or (int(port) if port.isdecimal() else None),
        database=parsed.database or (None if "dbname" in query else environ.get("PGDATABASE") or None),
        query=query,
    )


def one_value(value: str | Sequence[str] | None) -> str:
    return value if isinstance(value, str) else value[-1] if value else ""


def unusable_url(why: str) -> Refusal:
    return Refusal(
        "configuration_error",
        f"The database's URL {why}. Nothing was done.",
        "Give postgresql://USER:PASSWORD@HOST:5432/DATABASE, with special characters percent-encoded.",
    )


def installed_driver(wanted: str = "") -> str:
    for name in dict.fromkeys((wanted, *DRIVERS)):
        if name in DRIVERS and is_installed(name) and is_installed(f"sqlalchemy.dialects.postgresql.{name}"):
            return name
    asked = f"postgresql+{wanted}:// is not among them. " if wanted and wanted not in DRIVERS else ""
    raise Refusal(
        "configuration_error",
        f"The function's package has none of the PostgreSQL drivers that this handler works with: {', '.join(DRIVERS)}. "
        f"{asked}Nothing was done.",
        'Add "psycopg[binary]" (or psycopg2-binary, or pg8000) to the function\'s dependencies and deploy again.',
    )


def is_installed(module: str) -> bool:
    """Imported, not only found: psycopg without a libpq is there and cannot be used."""
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def database_engine(url: str | URL, connect_timeout: float = 10.0) -> Engine:
    """Connects with a bound (seconds), pools nothing, commits only what is told to, and means by ``sslmode`` what libpq means."""
    target = driver_url(url)
    how: dict[str, Any] = {"poolclass": NullPool, "isolation_level": "AUTOCOMMIT"}
    driver = target.get_driver_name()
    if driver == "pg8000":
        return create_engine(
            target.set(query={}), creator=functools.partial(connect_pg8000, target, connect_timeout), **how
        )
    arguments: dict[str, Any] = {"connect_timeout": max(2, math.ceil(connect_timeout))}
    if driver == "psycopg":
        # Prepared statements are a session's; a pooler in between hands out others'.
        arguments["prepare_threshold"] = None
    return create_engine(target, connect_args=arguments, **how)


def connect_pg8000(target: URL, connect_timeout: float) -> Any:
    """pg8000 has no sslmode: what libpq would try one after the other is tried here."""
    import pg8000.dbapi

    host = target.host or one_value(target.query.get("host")) or "localhost"
    where = {"unix_sock": f"{host}/.s.PGSQL.{target.port or 5432}"} if host.startswith("/") else {"host": host}
    ways = pg8000_ways(one_value(target.query.get("sslmode")), one_value(target.query.get("sslrootcert")))
    for index, way in enumerate([False] if "unix_sock" in where else ways):
        try:
            connection = pg8000.dbapi.connect(
                user=target.username or "postgres",
                password=target.password,
                database=target.database,
                port=target.port or 5432,
                timeout=connect_timeout,
                ssl_context=way,
                application_name=one_value(target.query.get("application_name")) or None,
                **where,
            )
        except (pg8000.dbapi.Error, OSError) as error:
            if index + 1 == len(ways) or not is_refused_way(error):
                raise
            continue
        # It was the bound for connecting; a migration may take longer.
        sock = getattr(connection, "_usock", None)
        if sock is not None:
            sock.settimeout(None)
        return connection
    raise AssertionError("there is always a last way")


def pg8000_ways(mode: str, root_certificate: str) -> list[bool | ssl.SSLContext]:
    if mode == "disable":
        return [False]
    checks = mode in ("verify-ca", "verify-full") or (mode == "require" and bool(root_certificate))
    file = None if root_certificate in ("", "system") else root_certificate
    try:
        context = ssl.create_default_context(cafile=file if checks else None)
    except OSError:
        raise unusable_url("names a file for sslrootcert that cannot be read") from None
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_REQUIRED if checks else ssl.CERT_NONE
    return {"allow": [False, context], "": [context, False], "prefer": [context, False]}.get(mode, [context])


def is_refused_way(error: Exception) -> bool:
    """The server answered, but not on this way: it has no TLS, or takes nobody without."""
    told = error.args[0] if error.args else None
    if isinstance(told, dict):
        return told.get("C") == "28000"
    return "ssl" in str(error).lower()


# --- Session: one connection an invocation ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """What of a connection may be told: never the password."""

    host: str
    port: int
    database: str
    user: str


@dataclass(frozen=True)
class Session:
    """One physical connection, in autocommit: transactions are statements of ours (``BEGIN``, ``COMMIT``, ``ROLLBACK``)."""

    connection: Any
    pid: int  # the backend that answered when we connected
    place: Place


class ConnectionLost(Exception):
    """The connection is gone, and SQLAlchemy shall not make another one behind our back: the lock went with it."""


DURATION_UNITS = {"": 1, "ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000}
LONGEST_DURATION = 2**31 - 1  # PostgreSQL keeps its timeouts in 32 signed bits


def parse_duration(name: str, value: int | float | str) -> int:
    """Milliseconds. Raises ``configuration_error``."""
    match = re.fullmatch(r"\s*([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*(ms|s|m|min|h)?\s*", str(value))
    milliseconds = round(float(match[1]) * DURATION_UNITS[match[2] or ""]) if match else 0
    if match is None or milliseconds > LONGEST_DURATION:
        raise Refusal(
            "configuration_error",
            f"The handler's {name} is {json.dumps(str(value)[:50])}, which is no duration. Nothing was done.",
            'Give milliseconds, or a number with a unit such as "500ms", "30s" or "5m".',
        )
    return milliseconds


LONGEST_READ = 60_000


@dataclass(frozen=True)
class Clock:
    """What this invocation may take. All in milliseconds; 0 is no limit, infinity no end."""

    #: Time until Lambda stops the function.
    function_left: Callable[[], float]
    #: Time until the whole run's budget is used up.
    budget_left: Callable[[], float]
    connect_timeout: int
    lock_timeout: int
    statement_timeout: int
    #: How much has to be left for one more migration.
    stop_before: float

    def remaining(self) -> float:
        return min(self.function_left(), self.budget_left())

    def left(self) -> float:
        """Time until statements have to end."""
        return max(0.0, self.remaining() - self.stop_before / 2)

    def rest(self) -> float:
        """Time until the answer has to be on its way: what is kept for reading what stands. The budget does not count here."""
        return max(0.0, self.function_left() - self.stop_before / 8)

    def read_timeout(self) -> int:
        return within(LONGEST_READ, self.rest())

    def migration_timeout(self) -> int:
        limit = min(self.statement_timeout or math.inf, self.left())
        return 0 if math.isinf(limit) else max(1, int(limit))


def within(limit: float, time_left: float) -> int:
    return max(1, int(min(limit, time_left)))


def start_clock(options: Options, context: Any) -> Clock:
    ask = getattr(context, "get_remaining_time_in_millis", None)
    function_left = (lambda: float(ask())) if callable(ask) else (lambda: math.inf)
    budget = math.inf if options.migration_timeout is None else options.migration_timeout * 1000
    at_start = min(function_left(), budget)
    # A function that may run for three seconds cannot keep ten of them.
    stop_before = min(parse_duration("stop_before", options.stop_before), at_start / 2)
    connect = parse_duration("connect_timeout", options.connect_timeout) or LONGEST_READ
    return Clock(
        function_left=function_left,
        budget_left=count_down(budget),
        connect_timeout=within(connect, max(0.0, function_left() - stop_before / 2)),
        lock_timeout=parse_duration("lock_timeout", options.lock_timeout),
        statement_timeout=parse_duration("statement_timeout", options.statement_timeout),
        stop_before=stop_before,
    )


def count_down(budget: float) -> Callable[[], float]:
    began = time.monotonic()
    return lambda: budget - (time.monotonic() - began) * 1000


def open_session(url: Any, connect_timeout: int) -> Session:
    """Connects. A failure is a ``Refusal`` that names the host and never the password."""
    engine = database_engine(url, connect_timeout / 1000)
    place = place_of_url(engine.url)
    try:
        connection = engine.connect()
    except Refusal:
        raise
    except Exception as error:
        raise as_refusal(error, place) from None
    sqlalchemy.event.listen(engine.pool, "connect", refuse_reconnect)
    try:
        pid = connection.execute(sqlalchemy.text("SELECT pg_catalog.pg_backend_pid()")).scalar()
    except Exception as error:
        connection.close()
        raise as_refusal(error, place) from None
    return Session(connection, int(pid or 0), place)


def refuse_reconnect(driver_connection: Any, _record: Any) -> None:
    with contextlib.suppress(Exception):
        driver_connection.close()
    raise ConnectionLost("The connection to the database is gone.")


def place_of_url(url: Any) -> Place:
    """From a URL as SQLAlchemy reads it; libpq takes host and port as query too."""
    query = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
    host, _, port = (query.get("host") or url.host or os.environ.get("PGHOST") or "localhost").partition(":")
    given = port or query.get("port") or url.port or os.environ.get("PGPORT") or 5432
    user = query.get("user") or url.username or os.environ.get("PGUSER") or "postgres"
    database = query.get("dbname") or url.database or os.environ.get("PGDATABASE") or user
    return Place(host, int(given) if str(given).isdigit() else 5432, database, user)


def close_session(session: Session) -> None:
    """Never raises: what is closed is gone either way."""
    with contextlib.suppress(Exception):
        session.connection.close()


def abort_connection(connection: Any) -> None:
    """Breaks the connection from another thread, so that whoever waits for its answer fails now."""
    with contextlib.suppress(Exception):
        driver = connection.connection.dbapi_connection
        socket_of = getattr(driver, "_usock", driver)
        copy = socket.socket(fileno=os.dup(socket_of.fileno()))
        with copy:
            copy.shutdown(socket.SHUT_RDWR)


def query(connection: Any, sql: str, **values: Any) -> list[dict[str, Any]]:
    """Rows of one statement of ours; ``:name`` stands for a value."""
    if connection.closed or connection.invalidated:
        raise ConnectionLost("The connection to the database is gone.")
    result = connection.execute(sqlalchemy.text(sql), values)
    return [dict(row._mapping) for row in result] if result.returns_rows else []


def roll_back(connection: Any) -> None:
    """Where the connection is gone, the first error is the one to tell."""
    with contextlib.suppress(Exception):
        query(connection, "ROLLBACK")


@contextlib.contextmanager
def transaction(connection: Any, how: str = "") -> Iterator[None]:
    query(connection, f"BEGIN {how}")
    try:
        yield
        query(connection, "COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def session_settings(clock: Clock, name: str, purpose: str) -> dict[str, str]:
    """``read`` may not write; ``record`` may, but has a read's limits: it is for our own tables; ``migrate`` is for migrations."""
    migrating = purpose == "migrate"
    left = clock.left()
    # A migration in Python may think for long between two statements.
    idle = 60_000 if not migrating else 0 if math.isinf(left) else max(60_000, int(left))
    settings = {
        "application_name": name,
        "default_transaction_read_only": "on" if purpose == "read" else "off",
        "statement_timeout": str(clock.migration_timeout() if migrating else clock.read_timeout()),
        "lock_timeout": str(clock.lock_timeout if migrating else 10_000),
        "idle_in_transaction_session_timeout": str(idle),
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "3",
        "tcp_keepalives_count": "3",
        "client_min_messages": "notice",
    }
    # Statements of our own rely on seeing what was committed before each of them; a migration's have what their user is set to.
    if not migrating:
        settings["default_transaction_isolation"] = "read committed"
    if purpose != "read":
        settings["synchronous_commit"] = "on"
    return settings


def apply_settings(connection: Any, settings: dict[str, str]) -> None:
    """Set after connecting, because poolers refuse startup options. A server that does not know a setting is left without it.

    A handler that is killed does not stop PostgreSQL: without ``client_connection_check_interval`` a statement goes on and commits
    with nobody there to hear of it.
    """
    query(
        connection,
        "SELECT set_config(s.name, v.value, false) FROM pg_catalog.pg_settings s "
        "JOIN json_each_text(CAST(:settings AS json)) AS v(name, value) ON v.name = s.name",
        settings=json.dumps(settings),
    )
    try:
        query(
            connection,
            "SELECT set_config(name, '2s', false) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'",
        )
    except Exception as error:
        # Known to every PostgreSQL from 14, refused where its operating system cannot do it.
        if is_connection_lost(error):
            raise


def restore_settings(connection: Any, settings: dict[str, str]) -> None:
    """Undoes what a migration did to the session (SET search_path, SET ROLE), so that the next one starts as the first did."""
    query(connection, "RESET SESSION AUTHORIZATION")
    query(connection, "RESET ALL")
    apply_settings(connection, settings)


def application_name(run_id: str, requested_by: str = "") -> str:
    """63 bytes are all that PostgreSQL keeps, and only printable ASCII survives everywhere."""
    who = re.sub(r"[^\x21-\x7e]+", "_", requested_by)
    return f"migrate-remote {run_id} {who}".strip()[:63]


def server_error(error: BaseException | None) -> dict[str, Any] | None:
    """What PostgreSQL says about an error, as far as it is one of PostgreSQL's; all of it is untrusted text.

    Has ``sqlstate`` and ``message``, and where known ``severity``, ``detail``, ``hint``, ``where``, and ``position`` (characters from 1).
    """
    original = getattr(error, "orig", None) or error
    said = next(iter(getattr(original, "args", ())), None)
    if isinstance(said, dict):  # pg8000
        names = {"sqlstate": "C", "message": "M", "detail": "D", "hint": "H", "where": "W", "position": "P"}
        fields = {name: said.get(letter) for name, letter in names.items()}
        fields["severity"] = said.get("V") or said.get("S")
    else:
        diag = getattr(original, "diag", None)
        fields = {
            "sqlstate": getattr(original, "sqlstate", None) or getattr(original, "pgcode", None),
            "message": getattr(diag, "message_primary", None),
            "severity": getattr(diag, "severity_nonlocalized", None) or getattr(diag, "severity", None),
            "detail": getattr(diag, "message_detail", None),
            "hint": getattr(diag, "message_hint", None),
            "where": getattr(diag, "context", None),
            "position": getattr(diag, "statement_position", None),
        }
    if not re.fullmatch(r"[0-9A-Z]{5}", str(fields["sqlstate"] or "")):
        return refused_connection(original)
    position = str(fields.pop("position") or "")
    told = {name: bounded_text(str(value)) for name, value in fields.items() if value}
    told.setdefault("message", bounded_text(str(original)))
    return {**told, "position": int(position)} if position.isdigit() and int(position) > 0 else told


#: libpq keeps no SQLSTATE of a connection that was refused, only what the server said.
REFUSED_CONNECTIONS = (
    (r"database .* does not exist", "3D000"),
    (r"password authentication failed|authentication failed for user", "28P01"),
    (r"pg_hba\.conf|role .* does not exist|is not permitted to log in|no encryption", "28000"),
    (r"too many (connections|clients)|connection slots are reserved", "53300"),
    (r"the database system is|is not currently accepting connections", "57P03"),
)


def refused_connection(error: BaseException | None) -> dict[str, Any] | None:
    found = re.search(r"FATAL:\s+([^\r\n]+)", str(error))
    if found is None or not is_driver_error(error):
        return None
    states = (state for pattern, state in REFUSED_CONNECTIONS if re.search(pattern, found[1]))
    sqlstate = next(states, "08006")
    return {"sqlstate": sqlstate, "severity": "FATAL", "message": bounded_text(found[1])}


def is_driver_error(error: BaseException | None) -> bool:
    """An error as the DB-API calls them; each driver has classes of its own."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"OperationalError", "InterfaceError", "DatabaseError"})


def is_connection_lost(error: BaseException | None) -> bool:
    """True where the connection is gone, so that nothing more can be asked on it."""
    if isinstance(error, (ConnectionLost, sqlalchemy.exc.PendingRollbackError)):
        return True
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated:
        return True
    found = server_error(error)
    if found is not None:
        lost = re.match(r"08|57P0[1-5]", found["sqlstate"])
        return lost is not None or found.get("severity") in ("FATAL", "PANIC")
    original = getattr(error, "orig", None) or error
    if isinstance(original, OSError):
        return True
    closed = r"connection (already|is|was|has been)? ?(closed|lost)|closed the connection|network error|could not receive data"
    return is_driver_error(original) and re.search(closed, str(original), re.IGNORECASE) is not None


def is_of_database(error: BaseException) -> bool:
    """PostgreSQL's, the driver's or the network's; anything else is told as it is."""
    if isinstance(error, (ConnectionLost, sqlalchemy.exc.DBAPIError, sqlalchemy.exc.PendingRollbackError)):
        return True
    return is_driver_error(error) or isinstance(error, OSError)


def as_refusal(error: BaseException, place: Place) -> Refusal:
    """Errors of PostgreSQL and of the network outside migrations, as what they mean to a person."""
    if isinstance(error, Refusal):
        return error
    at = f"{place.host}:{place.port}"
    found = server_error(error)
    if found is None:
        return Refusal(
            "database_unreachable",
            f"The database at {at} cannot be reached: {network_reason(error)}.",
            "Check that it is running, and that the function's subnets and security group may reach it.",
        )
    sqlstate, said = found["sqlstate"], found["message"]

    def say(code: str, message: str, hint: str) -> Refusal:
        return Refusal(code, message, hint, sqlstate=sqlstate)

    if sqlstate in ("28P01", "28000"):
        return say(
            "database_authentication_failed",
            f"The database at {at} does not let user {place.user} in: {said}.",
            "Check the user, the password and sslmode in the database URL that the function is given.",
        )
    if sqlstate == "3D000":
        return say(
            "database_not_found",
            f"The server at {at} has no database called {place.database}.",
            "Check the name in the database URL that the function is given, or create the database.",
        )
    if sqlstate == "42501":
        return say(
            "permission_denied",
            f"User {place.user} may not do this in database {place.database}: {said}.",
            f"Grant user {place.user} what is missing, or give the function another user.",
        )
    if sqlstate == "55P03":
        return say(
            "locked",
            f"Another session holds a lock on what had to be read in database {place.database}: {said}.",
            "A migration is probably running. Ask again when it has ended: migrate-remote status",
        )
    if sqlstate == "25006":
        return say(
            "configuration_error",
            f"Database {place.database} at {at} is read-only: {said}.",
            "Point the function at the writer, not at a replica.",
        )
    if re.match(r"08|53|57P|57014", sqlstate):
        return say(
            "database_unreachable",
            f"The database at {at} does not serve us: {said}.",
            "Try again when it is up: migrate-remote status",
        )
    return say(
        "internal_error",
        f"PostgreSQL refused a statement of the handler itself: {said}.",
        "Look at the function's logs: migrate-remote logs --last",
    )


#: What the three drivers say, in words of our own: a message of unknown origin may quote what it was given.
NETWORK_REASONS = (
    (r"refused", "the connection was refused"),
    (r"reset by peer", "the connection was reset"),
    (
        r"Name or service not known|could not translate host name|nodename nor servname|not known",
        "its name is not known",
    ),
    (r"Temporary failure in name resolution", "its name could not be looked up"),
    (r"timed? ?out|timeout", "nothing answered in time"),
    (r"No route to host", "there is no way to that host"),
    (r"Network is unreachable", "there is no way to that network"),
    (r"does not support SSL|refuses SSL|no SSL", "it offers no TLS, which sslmode asks for"),
    (r"no password|password is needed|requires a password", "it asks for a password and none is set"),
    (r"certificate", "its certificate was not accepted"),
    (r"No such file or directory", "there is no such socket"),
)


def network_reason(error: BaseException) -> str:
    original = getattr(error, "orig", None) or error
    told = f"{original} {getattr(original, '__cause__', '') or ''}"
    return next(
        (reason for pattern, reason in NETWORK_REASONS if re.search(pattern, told, re.IGNORECASE)),
        "the connection ended",
    )


def bounded_text(text: str, most: int = 4000) -> str:
    clean = redact(text[: most * 2])
    return f"{clean[:most]}…" if len(clean) > most else clean


# --- Wire: events in, reports out ------------------------------------------------------------------------------------------------

MASK = "***"
SECRET_WORD = (
    r"(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key(?!_?id)|private[_-]?key|credential|dbconnstr)"
)
# A secret's name as people write it: DB_PASSWORD, pgpassword, secretAccessKey, api-key, x-amz-security-token.
SECRET_NAME = rf"[\w-]*{SECRET_WORD}[\w-]*"
# A value in quotes, also in those of a text inside JSON, or up to the next blank that no backslash makes part of it.
SECRET_VALUE = (
    r"""(?:'(?:\\.|[^'\\])*'|"(?![,}\]:])(?:\\.|[^"\\])*"|\\"(?:(?!\\")[^"])*\\"|(?:\\+[^"'\\]|[^\s,;&'"\\])+)"""
)
# Behind a colon or a flag there may be prose: `password: required`, `use --password to …`.
PROSE = (
    r"(?!(?:a|an|and|are|at|authentication|be|by|can|cannot|could|empty|expired|failed|false|for|found|from|has|if|in|"
    r"incorrect|invalid|is|may|missing|must|never|nil|no|none|not|null|number|of|on|or|please|required|should|string|the|to|"
    r"""too|true|undefined|unexpected|unknown|unset|was|were|will|with|wrong)[.,;:!?)}\]]*(?:\\?["']|\s|\Z))"""
)
TELLTALE = re.compile(
    r":\/\/|passw|pwd|secret|token|api[_-]?key|access[_-]?key|private[_ -]?key|credential|dbconnstr|signature|AKIA|ASIA|bearer|"
    r"basic|eyJ",
    re.IGNORECASE | re.ASCII,
)
SECRETS = tuple(
    (re.compile(pattern, flags | re.ASCII), replacement)
    for pattern, replacement, flags in (
        (
            r"(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)[^\"']*?"
            r"(?:(-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)|(?=[\"'])|\Z)",
            rf"\1{MASK}\2",
            0,
        ),
        (r"\b(Bearer|Basic)\s+[\w+/.=~-]{8,}", rf"\1 {MASK}", re.IGNORECASE),
        # scheme://user:password@host, also where the password holds an unescaped '@' or '/'.
        (
            r"\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@\"'`]{0,256}):[^\s\"'`]{1,1024}@(?=[^\s@]*)",
            rf"\1:{MASK}@",
            re.IGNORECASE,
        ),
        (
            rf"""(\\?["']{SECRET_NAME}\\?["']\s*:\s*\\?)(["'])(?:\\.|(?!\2)[^\\])*(\\?\2)?""",
            rf"\1\2{MASK}\2",
            re.IGNORECASE,
        ),
        # password=x, password: x
        (
            rf"(?<![\w-])({SECRET_NAME})(\s*=\s*|\s*:[^\S\n]+(?!arn:|(?:Bearer|Basic) \*){PROSE}){SECRET_VALUE}",
            rf"\1\2{MASK}",
            re.IGNORECASE,
        ),
        # password:x; secret:x of an ARN is a name, and token-service:8080 a port.
        (
            rf"""(?<![\w:/-])([\w-]*{SECRET_WORD}:)(?![\s:/"'\\]|\d{{1,5}}(?!\w)){SECRET_VALUE}""",
            rf"\1{MASK}",
            re.IGNORECASE,
        ),
        (rf"(?<![\w-])(--?{SECRET_NAME}\s+)(?!-){PROSE}{SECRET_VALUE}", rf"\1{MASK}", re.IGNORECASE),
        # CREATE ROLE … PASSWORD '…', ALTER USER … ENCRYPTED PASSWORD E'…'
        (r"\b(PASSWORD\s+)(?:E?'(?:''|[^'])*'|\$\$[\s\S]*?\$\$)", rf"\1'{MASK}'", re.IGNORECASE),
        (
            r"""([?&](?:[\w-]*(?:password|token|signature|credential|secret)[\w-]*)=)[^&\s"']+""",
            rf"\1{MASK}",
            re.IGNORECASE,
        ),
        (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", MASK, 0),
        (r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*", MASK, 0),
    )
)


def redact(text: str) -> str:
    """Removes what looks like a secret from text that a person will see. A second line of defence: it works on shapes."""
    if TELLTALE.search(text) is None:
        return text
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text


#: ``log(level, event, message, fields)`` writes one line: an event's name for programs, a message for people, fields for both.
Log = Callable[..., None]


def create_log(sink: Callable[[str], None], **identity: str | None) -> Log:
    known = {name: value for name, value in identity.items() if value is not None}

    def log(level: str, event: str, message: str, fields: dict[str, Any] | None = None) -> None:
        told = {name: value for name, value in (fields or {}).items() if value is not None}
        line = {"level": level, "message": redact(message)[:10_000], **known, "event": event, **told}
        sink(json.dumps(storable(line), ensure_ascii=False, separators=(",", ":")))

    return log


OPERATIONS = ("migration_status", "run_migrations", "fix_history", "run_result", "fence_run", "list_runs")
RUN_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")


def new_run_id() -> str:
    """``20261120T104512Z-9f3c1a7e``: sorts by time."""
    return f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(4)}"


def run_id_time(run_id: str) -> float | None:
    """The second in which a run id was made, in milliseconds since the epoch."""
    try:
        made = datetime.strptime(run_id[:16], "%Y%m%dT%H%M%SZ")
    except ValueError:
        return None
    return made.replace(tzinfo=timezone.utc).timestamp() * 1000


def plan_id(engine: str, current: Iterable[str], target: str | None, migrations: Iterable[Migration]) -> str:
    """SHA-256 of the UTF-8 JSON array ``[engine, [current…] sorted, target, [[revision, checksum]…]]`` without white space.

    ``target`` is None where all of several heads are meant, and where there is none.
    """
    content = [engine, code_unit_sorted(current), target, [[one.revision, one.checksum] for one in migrations]]
    return hashed(content)


def repair_id(
    engine: str, current: Iterable[str], to: Iterable[str], record: Iterable[tuple[str, str]], remove: Iterable[str]
) -> str:
    """As a plan id, over ``["fix-history", engine, [current…] sorted, [to…] sorted, [[revision, checksum]…], [removed…] sorted]``."""
    recorded = [list(one) for one in record]
    return hashed(
        ["fix-history", engine, code_unit_sorted(current), code_unit_sorted(to), recorded, code_unit_sorted(remove)]
    )


def hashed(content: list[Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # Half a character, which UTF-8 cannot say, is escaped by JavaScript.
    escaped = re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)
    return hashlib.sha256(escaped.encode()).hexdigest()


def code_unit_sorted(texts: Iterable[str]) -> list[str]:
    """As JavaScript sorts."""
    return sorted(texts, key=lambda text: text.encode("utf-16-be", "surrogatepass"))


class InvalidEvent(Exception):
    """What does not fit, as ``where: why``."""


Check = Callable[[Any, str], Any]


def a_text(most: int, least: int = 0, pattern: re.Pattern[str] | None = None) -> Check:
    def check(value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise InvalidEvent(f"{where}: expected a string")
        units = len(value.encode("utf-16-le", "surrogatepass")) // 2
        if not least <= units <= most:
            raise InvalidEvent(f"{where}: expected {least} to {most} characters")
        if pattern is not None and pattern.fullmatch(value) is None:
            raise InvalidEvent(f"{where}: has another form than it should")
        return value

    return check


def a_number(least: int, most: int) -> Check:
    def check(value: Any, where: str) -> int:
        # JSON does not tell 2.0 from 2.
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not is_whole or not least <= value <= most:
            raise InvalidEvent(f"{where}: expected a whole number from {least} to {most}")
        return int(value)

    return check


def a_truth(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidEvent(f"{where}: expected true or false")
    return value


def perhaps_null(check: Check) -> Check:
    return lambda value, where: None if value is None else check(value, where)


PARAMETERS: dict[str, Check] = {
    "dryRun": a_truth,
    "fixHistory": a_truth,
    "targetRevision": perhaps_null(a_text(500, 1)),
    "revision": perhaps_null(a_text(500, 1)),
    "limit": a_number(1, 1000),
}
IDENTITY: dict[str, Check] = {
    "runId": a_text(100, 1, RUN_ID),
    "part": a_number(1, 10_000),
    "planId": a_text(200),
    "requestedBy": a_text(500),
    "requestedFrom": a_text(500),
    "gitCommit": a_text(100),
    "snapshotId": a_text(500),
    "snapshotSkipped": a_text(2000),
}


def camel_keys(value: dict[str, Any]) -> dict[str, Any]:
    """As the TypeScript handler reads them: what it takes for ``dry_run`` is one here too."""
    return {re.sub(r"_([a-z])", lambda match: match[1].upper(), key): item for key, item in value.items()}


def snake_key(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name)


def checked(fields: dict[str, Check], value: Any, where: str = "") -> dict[str, Any]:
    """The known fields that are there, in snake_case."""
    if not isinstance(value, dict):
        raise InvalidEvent(f"{where or 'event'}: expected an object")
    given = camel_keys(value)
    return {snake_key(name): check(given[name], f"{where}{name}") for name, check in fields.items() if name in given}


def decode_event(event: Any, make_run_id: Callable[[], str] = new_run_id) -> dict[str, Any] | None:
    """An operation: ``kind`` and what it needs. None: the event is none of ours, and nothing may be made of it. Raises a ``Refusal``."""
    name = event.get("admin_operation") if isinstance(event, dict) else None
    if not isinstance(name, str):
        return None
    if name not in OPERATIONS:
        raise Refusal(
            "unsupported_operation",
            f"This handler does not know the operation {json.dumps(name[:100], ensure_ascii=False)}.",
            f"It knows {', '.join(OPERATIONS)}. Is an older version deployed?",
        )
    try:
        given = camel_keys(event)
        parameters = checked(PARAMETERS, given.get("parameters", {}), "parameters.")
        identity = checked(IDENTITY, event)
        confirm = a_truth(given.get("confirm", False), "confirm")
    except InvalidEvent as error:
        raise invalid_event(f"The event does not fit: {error}") from None
    if name in ("run_result", "fence_run") and "run_id" not in identity:
        raise invalid_event(f"{name} came without a run_id.")
    operation = operation_of(name, parameters, {"run_id": make_run_id(), "part": 1, **identity})
    if writes(operation) and not confirm:
        raise Refusal(
            "confirm_required",
            f'{name} changes the database and came without "confirm": true. Nothing was done.',
            'Add "confirm": true, or use: migrate-remote run --confirm',
        )
    return operation


def invalid_event(message: str) -> Refusal:
    hint = "See the event's shape in docs/wire.schema.json, or use the migrate-remote command."
    return Refusal("invalid_event", message, hint)


def operation_of(name: str, parameters: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    if name == "migration_status":
        return {"kind": "status"}
    if name == "run_result":
        return {"kind": "run-result", "run_id": run["run_id"]}
    if name == "fence_run":
        return {"kind": "fence-run", "run_id": run["run_id"], **picked(run, "requested_by")}
    if name == "list_runs":
        return {"kind": "list-runs", "limit": parameters.get("limit", 20)}
    if name == "fix_history":
        wanted = picked(parameters, "revision")
        if parameters.get("dry_run"):
            return {"kind": "fix-history-dry-run", **wanted}
        return {"kind": "fix-history", "run": run, **wanted}
    how = {"fix_history": parameters.get("fix_history", False), **picked(parameters, "target_revision")}
    return {"kind": "dry-run", **how} if parameters.get("dry_run") else {"kind": "run", **how, "run": run}


def writes(operation: dict[str, Any]) -> bool:
    """True where an operation changes the database's own tables."""
    return operation["kind"] in ("run", "fix-history")


def picked(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    """Those of the names that are there and say something."""
    return {name: fields[name] for name in names if fields.get(name) is not None}


def kind_of(event: Any) -> str:
    """As near as an event that cannot be read comes to an operation."""
    fields = event if isinstance(event, dict) else {}
    name, parameters = fields.get("admin_operation"), fields.get("parameters")
    is_dry_run = isinstance(parameters, dict) and parameters.get("dry_run") is True
    if name == "fix_history":
        return "fix-history-dry-run" if is_dry_run else "fix-history"
    if name in ("run_result", "fence_run", "list_runs"):
        return name.replace("_", "-")
    if name != "run_migrations":
        return "status"
    return "dry-run" if is_dry_run else "run"


def run_id_of(event: Any) -> str | None:
    run_id = event.get("run_id") if isinstance(event, dict) else None
    return run_id if isinstance(run_id, str) and RUN_ID.fullmatch(run_id) else None


#: What an operation has to say, with the wire's keys; the invocation's own facts (operation, handler, run id) are added around it.
Findings = dict[str, Any]


def nothing_asked() -> Findings:
    return {"current_revisions": [], "head_revisions": [], "migrations": [], "problems": []}


def nothing_known(error: dict[str, Any]) -> Findings:
    """For an end that the database was never asked about."""
    return {**nothing_asked(), "error": error}


def findings(overview: Overview, migrations: list[dict[str, Any]], error: dict[str, Any] | None = None) -> Findings:
    assessment = overview.assessment
    return {
        "state": assessment.state,
        "current_revisions": list(assessment.current),
        "head_revisions": list(assessment.head),
        "migrations": migrations,
        "problems": list(assessment.problems),
        "database": overview.database,
        **({} if error is None else {"error": error}),
    }


# Far below Lambda's 6 MB, which are counted after the answer was escaped once more.
MOST_SQL = 1_000_000
MOST_REPORT = 4_000_000


def read_entries(source: Source, assessment: Assessment, sql: dict[str, str | None]) -> list[dict[str, Any]]:
    """A read's migrations: what is applied, then what is pending with its SQL, as much of it as an answer may carry."""
    left = MOST_SQL
    pending = []
    for migration in assessment.pending:
        entry = {**pending_entry(migration), "checksum": migration.checksum}
        text = sql.get(migration.revision)
        size = len(json.dumps(text)) if text is not None else 0
        if text is None or size > left:
            pending.append({**entry, "unchecked": True})
        else:
            left -= size
            pending.append({**entry, "sql": text})
    return [*applied_entries(source, assessment, "applied"), *pending]


def told_of(migration: Migration) -> dict[str, Any]:
    return {"description": migration.description[:1000]} if migration.description else {}


def pending_entry(migration: Migration) -> dict[str, Any]:
    entry = {"revision": migration.revision, "status": "pending", "transactional": migration.transactional}
    return {**entry, **told_of(migration)}


def applied_entries(source: Source, assessment: Assessment, status: str) -> list[dict[str, Any]]:
    known = {migration.revision: migration for migration in source.migrations}
    return [applied_entry(revision, known.get(revision), status) for revision in assessment.applied]


def applied_entry(revision: str, migration: Migration | None, status: str) -> dict[str, Any]:
    known = {} if migration is None else {"checksum": migration.checksum, **told_of(migration)}
    return {"revision": revision, "status": status, **known}


def bounded(report: dict[str, Any], most: int = MOST_REPORT) -> dict[str, Any]:
    """Keeps a report below Lambda's limit whatever is in it: an answer that is too big fails after everything was executed."""
    if json_size(report) <= most:
        return report
    without_sql = {
        **report,
        "migrations": [without_sql_of(entry) for entry in report["migrations"]],
        "problems": report["problems"][:1000],
    }
    if json_size(without_sql) <= most:
        return without_sql
    left_out = {"skipped"} if report.get("operation") == "run" else {"skipped", "applied"}
    entries = [entry for entry in without_sql["migrations"] if entry["status"] not in left_out][:5000]
    count = len(report["migrations"])
    cut = {
        "code": "report_cut",
        "message": f"The report would have been too big: {count - len(entries)} of {count} migrations are left out.",
    }
    return {
        **without_sql,
        "migrations": [
            {
                **picked(entry, "revision", "status", "duration_ms"),
                **({"unchecked": True} if entry["status"] == "pending" else {}),
            }
            for entry in entries
        ],
        "problems": [*without_sql["problems"][:100], cut],
    }


def without_sql_of(entry: dict[str, Any]) -> dict[str, Any]:
    if "sql" not in entry:
        return entry
    return {**{name: value for name, value in entry.items() if name != "sql"}, "unchecked": True}


def json_size(value: Any) -> int:
    """As Lambda's runtime may write it: everything that is not ASCII escaped."""
    return len(json.dumps(value))


def storable(value: Any) -> Any:
    """PostgreSQL's JSON has neither NUL nor half a character, and UTF-8 has no half ones either."""
    if isinstance(value, str):
        return re.sub("[\0\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    return value


# --- Alembic: source, history, plan, SQL, one step ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Project:
    """The user's Alembic project, loaded."""

    config: Config
    script: ScriptDirectory
    app: Any | None  # the Flask application whose context env.py needs
    driver: str | None  # the driver that the ini file's own URL names, such as "postgresql+asyncpg"


@dataclass(frozen=True)
class VersionTable:
    """Where env.py keeps history; ``schema`` is known from the start, because a migration may change the search path."""

    schema: str
    name: str


@dataclass(frozen=True)
class History:
    """The rows of alembic_version: the heads of what is applied."""

    versions: tuple[str, ...]
    #: Why the table is none of Alembic's.
    unreadable: str | None = None


def read_source(options: Any, url: URL | None = None) -> Source:
    """Reads the script directory. Neither env.py nor the database is touched; ``url`` is for an application that has to be loaded."""
    with url_in_environment(url):
        return source_of(load_project(options).script)


@contextlib.contextmanager
def url_in_environment(url: URL | None) -> Iterator[None]:
    """For an env.py or application that reads it there, where only the handler knows it, as from a secret."""
    plain = None if url is None else url.set(drivername="postgresql").render_as_string(hide_password=False)
    wanted = {} if plain is None else dict.fromkeys(PLAIN_VARIABLES, plain)
    # A host that does not answer shall not use up the function's time; libpq's drivers ask this one.
    wanted["PGCONNECT_TIMEOUT"] = "10"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update({name: value for name, value in wanted.items() if not (before[name] or "").strip()})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def load_project(options: Any) -> Project:
    ini, location = project_files(options)
    for folder in (task_root(), ini.resolve().parent):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    text = env_text(location)
    needs_app = options.flask_app is not None or "current_app" in text
    app = load_flask_app(options) if needs_app else None
    config = make_config(ini, location, app)
    try:
        with app_context(app), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            script = ScriptDirectory.from_config(config)
            tuple(script.walk_revisions())
    except Exception as error:
        raise unusable_source(error, [str(warning.message) for warning in warned]) from error
    for warning in warned:
        # Which of two files with one revision wins is chance, and Alembic only warns of it.
        if "present more than once" in str(warning.message):
            raise configuration_error(f"{bounded_text(str(warning.message))}.", "Give each revision an id of its own.")
    return Project(config, script, app, driver_of(config))


def task_root() -> Path:
    return Path(os.environ.get("LAMBDA_TASK_ROOT") or Path.cwd())


def project_files(options: Any) -> tuple[Path, Path | None]:
    """The ini file, and the script directory where it is not the ini file that says it (Flask-Migrate's layout)."""
    root = task_root()
    location = None if options.script_location is None else root / options.script_location
    given = options.alembic_ini
    candidates = [root / given] if given else [root / "alembic.ini", root / "migrations" / "alembic.ini"]
    if location is not None and not given:
        candidates.append(location / "alembic.ini")
    for ini in candidates:
        if ini.is_file():
            return ini, location or (ini.parent if (ini.parent / "env.py").is_file() else None)
    if not given and has_alembic_section(root / "pyproject.toml"):
        return root / "pyproject.toml", location
    looked = ", ".join(str(path) for path in candidates)
    raise configuration_error(
        f"The function has no Alembic configuration: there is no {looked}.",
        "Deploy alembic.ini and the folder of migrations with the function, or say where it is: ALEMBIC_CONFIG.",
    )


def has_alembic_section(path: Path) -> bool:
    return path.is_file() and "[tool.alembic]" in path.read_text("utf-8", "replace")


def env_text(location: Path | None) -> str:
    path = None if location is None else location / "env.py"
    return path.read_text("utf-8", "replace") if path is not None and path.is_file() else ""


def make_config(ini: Path, location: Path | None, app: Any | None) -> Config:
    migrate = None if app is None else app.extensions.get("migrate")
    if migrate is not None and location is not None:
        # Flask-Migrate's own, so that what the project does in its callbacks counts.
        with app_context(app):
            return migrate.migrate.get_config(str(location))
    toml = ini.suffix == ".toml"
    # An ini file that is not there: Alembic takes main options only beside one.
    config = Config(str(ini.with_name("alembic.ini")), toml_file=str(ini)) if toml else Config(str(ini))
    said = config.get_alembic_option("script_location") if toml else config.get_main_option("script_location")
    if location is not None:
        config.set_main_option("script_location", escaped(str(location)))
    elif said is not None and not toml and (ini.resolve().parent / said).is_dir():
        # Relative to the working directory for Alembic, which in a function need not be the project's.
        config.set_main_option("script_location", escaped(str(ini.resolve().parent / said)))
    return config


def escaped(value: str) -> str:
    return value.replace("%", "%%")


def driver_of(config: Config) -> str | None:
    try:
        url = make_url(config.get_main_option("sqlalchemy.url") or "")
    except Exception:
        return None
    return url.drivername if url.drivername.startswith("postgresql") else None


def load_flask_app(options: Any) -> Any:
    name = options.flask_app
    if name is None:
        name = next((str(task_root() / file) for file in ("wsgi.py", "app.py") if (task_root() / file).is_file()), None)
    try:
        flask_cli = importlib.import_module("flask.cli")
        return flask_cli.ScriptInfo(app_import_path=name, set_debug_flag=False).load_app()
    except Exception as error:
        raise configuration_error(
            f"The Flask application {name or ''} could not be loaded: {described(error)}.".replace("  ", " "),
            "Set FLASK_APP to what `flask --app` takes, and deploy what the application imports with the function.",
        ) from error


def app_context(app: Any | None) -> Any:
    return contextlib.nullcontext() if app is None else app.app_context()


def configuration_error(message: str, hint: str, **details: Any) -> Refusal:
    return Refusal("configuration_error", f"{message} Nothing was done.", hint, **details)


def described(error: BaseException) -> str:
    """What an exception says, in one line for a person. A database's error without the parameters that were sent."""
    server = server_error(error)
    if server is not None:
        return server["message"]
    if isinstance(error, InvalidIndex):
        return str(error)
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        error = error.orig or error
    lines = str(error).strip().splitlines()
    # A sentence goes on behind it, or ends.
    return f"{type(error).__name__}: {bounded_text(lines[0], 1000).rstrip('.')}" if lines else type(error).__name__


#: Alembic warns of it and fails after that, with a KeyError that only names what is absent.
ABSENT_PARENT = re.compile(r"Revision (\S+) referenced from .*?-> (\S+?)(?:,| \().*is not present", re.DOTALL)


def unusable_source(error: Exception, warned: Sequence[str] = ()) -> Refusal:
    absent = next((found for found in map(ABSENT_PARENT.search, warned) if found), None)
    if isinstance(error, KeyError) and absent is not None:
        parent, child = (bounded_text(name, 200) for name in absent.groups())
        return configuration_error(
            f"The migrations cannot be read: {child} has the down_revision or depends_on {parent}, and no file has that revision.",
            f"Deploy the file of {parent} too, or correct what {child} says; `alembic history` shows whether it works.",
        )
    place = f" ({error.filename}, line {error.lineno})" if isinstance(error, SyntaxError) else ""
    package = Path(alembic.__file__).parent
    for frame in traceback.extract_tb(error.__traceback__):
        # A module of the project's, perhaps imported by a revision: not Alembic's, nor Python's own machinery.
        if not place and frame.name == "<module>" and not Path(frame.filename).is_relative_to(package):
            place = f" ({frame.filename}, line {frame.lineno})"
    if isinstance(error, ModuleNotFoundError):
        # Nothing is wrong with the file: it stands where what it needs is not installed.
        hint = (
            "Deploy that module with the function. On a local stage it is installed where the handler's Python looks, such as the "
            "project's .venv, with what else the project requires."
        )
    else:
        hint = "Correct the file, see that `alembic history` works, and deploy again."
    return configuration_error(f"The migrations cannot be read: {described(error)}{place}.", hint)


def source_of(script: ScriptDirectory) -> Source:
    """In an order that depends on nothing but the revisions, because the plan's id does."""
    revisions = {each.revision: each for each in script.walk_revisions()}
    down = {name: tuple(sorted(each._all_down_revisions)) for name, each in revisions.items()}
    has_child = {parent for parents in down.values() for parent in parents}
    heads = tuple(sorted(name for name in down if name not in has_child))
    ordered = topological(heads, down)
    problems = (
        ()
        if ordered
        else ({"code": "no_migrations", "message": f"The handler has no migrations: {script.dir} has none."},)
    )
    return Source(tuple(migration_of(revisions[name], down[name]) for name in ordered), heads, problems)


def topological(heads: tuple[str, ...], down: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Branch by branch, each revision after all that it needs."""
    ordered: dict[str, None] = {}
    waiting = list(reversed(heads))
    while waiting:
        name = waiting[-1]
        needed = [parent for parent in down[name] if parent not in ordered]
        if needed:
            waiting.extend(reversed(needed))
        else:
            ordered[waiting.pop()] = None
    return tuple(ordered)


def migration_of(revision: Script, down: tuple[str, ...]) -> Migration:
    content = Path(revision.path).read_bytes()
    return Migration(
        revision=revision.revision,
        checksum=hashlib.sha256(content).hexdigest(),
        down_revisions=down,
        description=next(iter((revision.doc or "").splitlines()), ""),
        transactional=not leaves_transaction(content),
        branch_labels=tuple(sorted(revision.branch_labels)),
    )


def leaves_transaction(content: bytes) -> bool:
    """True where upgrade(), or what it calls, asks for an autocommit block or sends COMMIT itself."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "autocommit_block")
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and COMMITS.match(node.value) is not None)
        for node in upgrading(content)
    )


COMMITS = re.compile(r"\s*(?:commit|end)\s*(?:;|$)", re.IGNORECASE)


def upgrading(content: bytes) -> Iterator[ast.AST]:
    """Every node of a revision's file that is not in downgrade()."""
    for statement in statements_of(content) or ():
        if not (isinstance(statement, ast.FunctionDef) and statement.name == "downgrade"):
            yield from ast.walk(statement)


def statements_of(content: bytes) -> list[ast.stmt] | None:
    """None: compiled, so that nobody can look into it."""
    try:
        return ast.parse(content).body
    except (SyntaxError, ValueError):
        return None


# History


def project_of(connection: Connection, options: Any) -> Project:
    """Kept with the physical connection, that is for one invocation: loading reads every revision's file."""
    kept = connection.info
    if PROJECT not in kept:
        with url_in_environment(connection.engine.url):
            kept[PROJECT] = load_project(options)
    return kept[PROJECT]


PROJECT = "migrate_remote.project"
TABLE = "migrate_remote.version_table"


def version_table(connection: Connection, options: Any) -> VersionTable:
    """Asks env.py, by running it as ``alembic current`` does; nothing is migrated and nothing is created."""
    kept = connection.info
    if TABLE not in kept:
        found: list[VersionTable] = []

        def look(env: EnvironmentContext, _arguments: dict[str, Any]) -> None:
            context = env.get_context()
            found.append(locate_table(connection, context.version_table, context.version_table_schema))

        run_environment(connection, project_of(connection, options), look, writes=False)
        kept[TABLE] = found[0]
    return kept[TABLE]


def locate_table(connection: Connection, name: str, schema: str | None) -> VersionTable:
    if schema is not None:
        return VersionTable(schema, name)
    found = connection.execute(
        sqlalchemy.text(
            "SELECT COALESCE((SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass(pg_catalog.quote_ident(:name))), "
            "pg_catalog.current_schema())::text"
        ),
        {"name": name},
    ).scalar()
    if found is not None:
        return VersionTable(found, name)
    raise configuration_error(
        f"No schema of the search path exists, so the table {name} has no place.",
        "Create the schema, or name one in env.py: version_table_schema.",
    )


def read_history(connection: Connection, options: Any) -> History:
    """Reads only, and creates nothing."""
    table = version_table(connection, options)
    columns = connection.execute(
        sqlalchemy.text(
            "SELECT a.attname AS name, t.typcategory::text AS category FROM pg_catalog.pg_class c "
            "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE n.nspname = :schema AND c.relname = :name"
        ),
        {"schema": table.schema, "name": table.name},
    ).all()
    if not columns:
        return History(())
    category = dict(tuple(row) for row in columns).get("version_num")
    called = f"The table {table.schema}.{table.name}"
    if category is None:
        return History((), f"{called} has no column version_num, so it is no history that Alembic has written.")
    if category != "S":
        return History((), f"{called} has a version_num that is no text, so it is no history that Alembic has written.")
    rows = connection.exec_driver_sql(f"SELECT DISTINCT version_num::text FROM {qualified(table)} ORDER BY 1").scalars()
    return History(tuple(version for version in rows if version))


def qualified(table: VersionTable) -> str:
    return f"{quoted(table.schema)}.{quoted(table.name)}"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


#: What is nobody's application: PostgreSQL's schemas, and the schema of the ledger.
FOREIGN_SCHEMAS = (
    "n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrate_remote') AND n.nspname !~ '^pg_(toast|temp)'"
)


def has_tables(connection: Connection, options: Any) -> bool:
    """True where there are tables that are neither history, nor ours, nor an extension's. Views and types alone are no schema."""
    table = version_table(connection, options)
    found = connection.execute(
        sqlalchemy.text(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            f"WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND {FOREIGN_SCHEMAS} "
            "AND NOT (n.nspname = :schema AND c.relname = :name) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d "
            "WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))"
        ),
        {"schema": table.schema, "name": table.name},
    ).scalar()
    return found is True


# What it means


def ancestors(source: Source, revisions: Iterable[str]) -> frozenset[str]:
    """The revisions themselves and all that they need, as far as the source knows them."""
    down = {migration.revision: migration.down_revisions for migration in source.migrations}
    seen: set[str] = set()
    waiting = [revision for revision in revisions if revision in down]
    while waiting:
        revision = waiting.pop()
        if revision not in seen:
            seen.add(revision)
            waiting.extend(down[revision])
    return frozenset(seen)


def outermost(source: Source, revisions: Iterable[str]) -> tuple[str, ...]:
    """Without those that another one of them comes after; sorted. Unknown ones stay."""
    given = set(revisions)
    down = {migration.revision: migration.down_revisions for migration in source.migrations}
    implied = ancestors(source, (parent for each in given for parent in down.get(each, ())))
    return tuple(sorted(given - implied))


def assess(source: Source, history: History, has_tables: bool) -> Assessment:
    known = {migration.revision for migration in source.migrations}
    applied = ancestors(source, history.versions)
    pending = tuple(migration for migration in source.migrations if migration.revision not in applied)
    missing = [version for version in history.versions if version not in known]
    current = outermost(source, history.versions)
    if history.unreadable is not None or missing:
        state = "inconsistent"
    elif not history.versions:
        state = "tables_without_migration_history" if has_tables else "empty"
    else:
        state = "pending_migrations" if pending else "up_to_date"
    problems = (
        *([] if history.unreadable is None else [{"code": "unreadable_history", "message": history.unreadable}]),
        *(missing_problem(version) for version in missing),
        *(redundant_problem(version, current) for version in history.versions if version not in current),
        *source.problems,
    )
    names = tuple(migration.revision for migration in source.migrations if migration.revision in applied)
    return Assessment(state, current, source.heads, names, pending, problems)


def missing_problem(revision: str) -> dict[str, Any]:
    message = f"{revision} is applied in the database, but the deployed function does not have it. Is an older version deployed?"
    return {"code": "missing", "revision": revision, "message": message}


def redundant_problem(revision: str, current: tuple[str, ...]) -> dict[str, Any]:
    message = f"History names {revision} although {' and '.join(current)}, which it names too, comes after it."
    return {"code": "redundant_history", "revision": revision, "message": message}


# Targets


def find_target(source: Source, assessment: Assessment, wanted: str) -> str:
    """What a person means by a target: one revision, or several heads joined by commas. Never one that lies behind."""
    target = find_revision(source, wanted, assessment.current)
    passed = set(assessment.applied) - set(assessment.current)
    if not passed.issuperset(target.split(",")):
        return target
    raise undoing(f"The database is at {', '.join(assessment.current)}, which comes after {target}.")


RELATIVE = re.compile(r"(?P<start>.*?)(?P<sign>[+-])(?P<steps>\d{1,6})$", re.DOTALL)


def find_revision(source: Source, wanted: str, current: tuple[str, ...] = ()) -> str:
    """A whole id, the beginning of exactly one, ``head``, ``heads``, ``label@head``, ``+2``, ``ae10+1``."""
    known = {migration.revision for migration in source.migrations}
    if wanted in known:
        return wanted
    if wanted == "base":
        raise undoing("base is the database before its first migration.")
    relative = RELATIVE.match(wanted)
    if relative is not None:
        return walk(source, wanted, relative, current)
    branch, at, name = wanted.rpartition("@")
    if name in ("head", "heads") or (at and name == ""):
        return head_of(source, wanted, branch if at else None, several=name == "heads")
    if at:
        lineage = branch_of(source, branch, wanted)
        return only_one([revision for revision in lineage if revision.startswith(name)], wanted, source)
    return only_one([revision for revision in sorted(known) if wanted and revision.startswith(wanted)], wanted, source)


def only_one(found: list[str], wanted: str, source: Source) -> str:
    if len(found) == 1:
        return found[0]
    name = json.dumps(wanted[:200], ensure_ascii=False)
    if found:
        raise unknown_revision(f"{name} may mean {some_of(found)}.", "Give more of its id.")
    near = difflib.get_close_matches(wanted[:200], [migration.revision for migration in source.migrations], 3, 0.5)
    like = f" Near it are {some_of(near)}." if near else ""
    raise unknown_revision(
        f"The deployed function has no revision {name}.{like}",
        "See what it has: migrate-remote status. A revision that was just written has to be deployed first.",
    )


def unknown_revision(message: str, hint: str) -> Refusal:
    return Refusal("unknown_revision", f"{message} Nothing was done.", hint)


def undoing(why: str) -> Refusal:
    return Refusal(
        "target_behind_current",
        f"{why} Migrations are never undone; nothing was done.",
        "To undo one, write a new migration that does. To go back as a whole, restore a snapshot.",
    )


def some_of(revisions: Sequence[str]) -> str:
    shown = ", ".join(revisions[:5])
    return f"{shown} and {len(revisions) - 5} more" if len(revisions) > 5 else shown


def branch_of(source: Source, branch: str, wanted: str) -> list[str]:
    """The revisions that carry a branch label, or a revision and all that come after it; in source order."""
    labelled = [migration.revision for migration in source.migrations if branch in migration.branch_labels]
    if labelled:
        return labelled
    known = sorted(migration.revision for migration in source.migrations)
    start = (
        branch
        if branch in known
        else only_one([each for each in known if branch and each.startswith(branch)], wanted, source)
    )
    return [each.revision for each in source.migrations if start in ancestors(source, [each.revision])]


def head_of(source: Source, wanted: str, branch: str | None, *, several: bool) -> str:
    if branch is None:
        heads = list(source.heads)
    else:
        lineage = branch_of(source, branch, wanted)
        inner = {parent for each in source.migrations if each.revision in lineage for parent in each.down_revisions}
        heads = sorted(revision for revision in lineage if revision not in inner)
    if not heads:
        raise unknown_revision("The deployed function has no migrations.", "Deploy them with the function.")
    if len(heads) > 1 and not several:
        raise unknown_revision(
            f"{json.dumps(wanted[:200])} may mean {some_of(heads)}: the migrations have several heads.",
            "Name one of them, say heads for all of them, or merge them: alembic merge heads",
        )
    return ",".join(heads)


def walk(source: Source, wanted: str, relative: re.Match[str], current: tuple[str, ...]) -> str:
    steps = int(relative["steps"])
    branch, at, start = relative["start"].rpartition("@")
    if relative["sign"] == "-":
        raise undoing(f"{json.dumps(wanted[:200])} asks to go back.")
    lineage = set(branch_of(source, branch, wanted)) if at else {each.revision for each in source.migrations}
    begin: str | None = find_revision(source, start) if start else at_now(source, wanted, current, lineage)
    for taken in range(steps):
        following = [
            each.revision
            for each in source.migrations
            if each.revision in lineage
            and (lineage.isdisjoint(each.down_revisions) if begin is None else begin in each.down_revisions)
        ]
        if not following:
            raise unknown_revision(
                f"{json.dumps(wanted[:200])} goes beyond the head: {taken} {'revision comes' if taken == 1 else 'revisions come'} "
                f"after {start or begin_name(current)}.",
                "Say head to go as far as there is.",
            )
        if len(following) > 1:
            raise unknown_revision(
                f"{json.dumps(wanted[:200])} may mean several: the branches {some_of(following)} begin after {begin or 'nothing'}.",
                f"Name the revision that is meant, such as {following[0]}.",
            )
        begin = following[0]
    if begin is None:
        raise unknown_revision(f"{json.dumps(wanted[:200])} names no revision.", "Say +1 for the next one.")
    return begin


def begin_name(current: tuple[str, ...]) -> str:
    return ", ".join(current) or "the empty database"


def at_now(source: Source, wanted: str, current: tuple[str, ...], lineage: set[str]) -> str | None:
    """Where a relative target counts from: how far the branch that was named has been applied. None: not at all."""
    reached = outermost(source, ancestors(source, current) & lineage)
    if len(reached) > 1:
        raise unknown_revision(
            f"{json.dumps(wanted[:200])} counts from the current revision, and the database is at several: {some_of(reached)}.",
            f"Say from which one: {reached[0]}{wanted.rpartition('@')[2]}",
        )
    return reached[0] if reached else None


def pending_to(source: Source, assessment: Assessment, target: str | None) -> tuple[Migration, ...]:
    """Exactly what a target needs and the database has not, in source order. None: all heads."""
    if target is None:
        return assessment.pending
    needed = ancestors(source, target.split(","))
    return tuple(migration for migration in assessment.pending if migration.revision in needed)


# env.py


def run_environment(
    connection: Connection,
    project: Project,
    act: Callable[[EnvironmentContext, dict[str, Any]], None],
    *,
    writes: bool,
    original: Whereabouts | None = None,
    **context_options: Any,
) -> None:
    """Runs the project's own env.py, with our connection in place of the one that it opens, and ``act`` as its run_migrations().

    What env.py's connection was set to (search path, role, schema translation) is taken over, because that is what its migrations
    would have had, and undone afterwards. ``original``: the database that env.py may be connected to as well, because ours is a copy.
    What ``act`` raises comes out as it is, whatever env.py makes of it; what env.py itself raises is a ``configuration_error``.
    """
    config = project.config
    if config.cmd_opts is None:
        # As on the command line, where env.py may look for them.
        config.cmd_opts = argparse.Namespace(x=None, autogenerate=False, sql=False, tag=None)
    config.set_main_option("sqlalchemy.url", escaped(environment_url(project, connection)))
    env = EnvironmentContext(config, project.script, **context_options)
    failures: list[BaseException] = []
    runs: list[None] = []
    engines: list[Engine] = []
    offline = bool(context_options.get("as_sql"))

    def configure(*arguments: Any, **options: Any) -> None:
        given = arguments[0] if arguments else options.get("connection")
        options["connection"] = None if offline else connection
        if given is not None and given is not connection:
            engines.append(given.engine)
            with ours_to_tell(failures), opened(given) as theirs:
                take_over(connection, theirs, writes=writes, original=original)
        if writes and connection.in_transaction():
            # Alembic would take it for a transaction of env.py's, and leave committing to it.
            connection.commit()
        if offline:
            # Else the driver's own paramstyle doubles every per cent sign.
            options["dialect_opts"] = {"paramstyle": "named", **(options.get("dialect_opts") or {})}
            options.update(
                url=connection.engine.url, literal_binds=True, output_buffer=context_options["output_buffer"]
            )
        options["transaction_per_migration"] = True
        options["on_version_apply"] = (
            *as_tuple(options.get("on_version_apply")),
            *as_tuple(context_options.get("on_version_apply")),
        )
        EnvironmentContext.configure(env, **options)

    def run_migrations(**arguments: Any) -> None:
        with ours_to_tell(failures):
            runs.append(None)
            if len(runs) > 1:
                raise configuration_error(
                    "env.py runs migrations more than once in one go, as for several databases or schemas.",
                    "This handler keeps one history. Give each database or schema a function with an env.py of its own.",
                )
            act(env, arguments)

    # On the instance: the module `alembic.context` asks that, and knows no subclasses.
    env.configure = configure  # type: ignore[method-assign]
    env.run_migrations = run_migrations  # type: ignore[method-assign]
    try:
        with (
            same_session(connection, writes=writes),
            url_in_environment(connection.engine.url),
            app_context(project.app),
            own_logging(),
            env,
        ):
            project.script.run_env()
    except (Exception, SystemExit) as error:
        if failures:
            raise failures[0] from None
        if isinstance(error, Refusal) or connection.invalidated:
            raise
        raise environment_failed(project, error) from error
    finally:
        for engine in engines:
            if not engine.dialect.is_async:
                engine.dispose()
    if failures:
        raise failures[0]
    if not runs:
        raise configuration_error(
            "env.py ended without context.run_migrations().", "See that `alembic current` works with it."
        )


@contextlib.contextmanager
def ours_to_tell(failures: list[BaseException]) -> Iterator[None]:
    """env.py may catch what passes through it, or raise something else instead."""
    try:
        yield
    except BaseException as error:
        failures.append(error)
        raise


def opened(given: Connection | Engine) -> Any:
    return given.connect() if isinstance(given, Engine) else contextlib.nullcontext(given)


def as_tuple(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, (list, tuple, set)) else (value,)


def environment_failed(project: Project, error: BaseException) -> Refusal:
    path = Path(project.script.dir) / "env.py"
    line = line_within(path, error)
    place = "env.py" if line is None else f"env.py, line {line},"
    return configuration_error(
        f"{place} failed: {described(error)}.",
        "See that `alembic current` works with the same environment. env.py can take its URL from "
        'config.get_main_option("sqlalchemy.url"): the handler sets it.',
    )


def line_within(path: Path, error: BaseException) -> int | None:
    """The last line of a file that an exception passed through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    return lines[-1] if lines else None


@contextlib.contextmanager
def own_logging() -> Iterator[None]:
    """env.py reads alembic.ini's [loggers], which would switch our logger off and print each line twice."""
    original = logging.config.fileConfig
    logging.config.fileConfig = lambda *_arguments, **_options: None  # type: ignore[assignment]
    try:
        yield
    finally:
        logging.config.fileConfig = original


def environment_url(project: Project, connection: Connection) -> str:
    """Our URL, for the driver that env.py wants: its ini file's, an asynchronous one where it asks for that, else ours."""
    ours = connection.engine.url
    is_async = (
        re.search(r"async_engine_from_config|create_async_engine|AsyncEngine", env_text(Path(project.script.dir)))
        is not None
    )
    wanted = [project.driver, *(["postgresql+asyncpg", "postgresql+psycopg"] if is_async else [])]
    driver = next((each for each in wanted if each is not None and has_driver(each, is_async)), ours.drivername)
    url = ours.set(drivername=driver)
    if driver.endswith("+asyncpg"):
        url = url.set(query={"ssl": ours.query["sslmode"]} if "sslmode" in ours.query else {})
    elif driver.endswith("+pg8000"):
        url = url.set(query={})
    return url.render_as_string(hide_password=False)


def has_driver(driver: str, is_async: bool) -> bool:
    try:
        dialect = make_url(f"{driver}://").get_dialect()
        dialect.import_dbapi()
    except Exception:
        return False
    return not is_async or dialect.is_async or driver.endswith("+psycopg")


@dataclass(frozen=True)
class Whereabouts:
    """Which database of which running server a connection leads to, whatever way it goes."""

    database: str
    oid: int
    started: str


def whereabouts(connection: Connection) -> Whereabouts:
    row = connection.exec_driver_sql(
        "SELECT d.datname::text, d.oid::bigint, extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text "
        "FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()"
    ).one()
    return Whereabouts(*row)


def take_over(ours: Connection, theirs: Connection, *, writes: bool, original: Whereabouts | None) -> None:
    here, there = whereabouts(ours), whereabouts(theirs)
    if there not in (here, original):
        raise configuration_error(
            f"env.py connects to another database ({place_of(theirs, there)}) than this handler ({place_of(ours, here)}).",
            'Let env.py take its URL from config.get_main_option("sqlalchemy.url"), which the handler sets, or give both the same one.',
        )
    session = session_of(theirs)
    translation = theirs.get_execution_options().get("schema_translate_map")
    # By the driver: a lock that env.py's own connection goes on holding would be waited for without end.
    if writes and there == here:
        theirs.connection.commit()
    else:
        theirs.connection.rollback()
    set_session(ours, session._replace(authorization=session_of(ours).authorization))
    if translation is not None:
        ours.execution_options(schema_translate_map=translation)


def place_of(connection: Connection, found: Whereabouts) -> str:
    url = connection.engine.url
    return f"{found.database} at {url.host or 'localhost'}:{url.port or 5432}"


class SessionState(NamedTuple):
    search_path: str
    role: str
    authorization: str


def session_of(connection: Connection) -> SessionState:
    row = connection.exec_driver_sql(
        "SELECT pg_catalog.current_setting('search_path'), pg_catalog.current_setting('role'), session_user::text"
    ).one()
    return SessionState(*row)


def set_session(connection: Connection, session: SessionState) -> None:
    now = session_of(connection)
    if now == session:
        return
    if now.authorization != session.authorization:
        connection.exec_driver_sql("RESET SESSION AUTHORIZATION")
    connection.execute(
        sqlalchemy.text(
            "SELECT pg_catalog.set_config('search_path', :path, false), pg_catalog.set_config('role', :role, false)"
        ),
        {"path": session.search_path, "role": session.role},
    )


@contextlib.contextmanager
def same_session(connection: Connection, *, writes: bool) -> Iterator[None]:
    """Afterwards the search path, the role and the schemas' translation are what they were."""
    before = session_of(connection)
    translation = connection.get_execution_options().get("schema_translate_map")
    try:
        yield
    except BaseException:
        # Where the connection is gone or its transaction failed, the first error is the one to tell.
        with contextlib.suppress(Exception):
            if writes:
                connection.rollback()
            put_back(connection, before, translation, writes=writes)
        raise
    put_back(connection, before, translation, writes=writes)


def put_back(connection: Connection, session: SessionState, translation: Any, *, writes: bool) -> None:
    if connection.invalidated:
        return
    if connection.get_execution_options().get("schema_translate_map") != translation:
        connection.execution_options(schema_translate_map=translation)
    set_session(connection, session)
    if writes:
        connection.commit()


# One step


@dataclass
class Step:
    """What is seen of one revision while it is applied."""

    during: str = "env"  # then upgrade, history, alongside, commit, done
    commits: int = 0  # of transactions that upgrade() ended itself, by SQLAlchemy
    transaction: int | None = None  # PostgreSQL's number of the one that upgrade() was begun in


def apply_step(connection: Connection, migration: Migration, options: Any, before_commit: Callable[[], None]) -> None:
    """Applies one revision, in one transaction together with its row in alembic_version and what ``before_commit`` writes.

    No transaction may be open. A failure of the revision is a ``migration_failed``; what ``before_commit`` raises, and a connection
    that breaks, come out as they are. A revision with an autocommit block leaves its transaction, as Alembic has it.
    """
    project = project_of(connection, options)
    step = Step()
    try:
        take_step(connection, project, migration, step, before_commit)
    except Refusal:
        raise
    except (Exception, SystemExit) as error:
        if step.during in ("env", "alongside") or connection.invalidated or is_connection_lost(error):
            raise
        if was_committed(connection, step.transaction):
            step.commits += 1
        failure = migration_failed(migration, Path(project.script.get_revision(migration.revision).path), error, step)
        raise (with_leftovers(connection, failure) if step.commits else failure) from error


def take_step(
    connection: Connection,
    project: Project,
    migration: Migration,
    step: Step,
    before_commit: Callable[[], None],
    *,
    around: Callable[[], Any] = contextlib.nullcontext,
    original: Whereabouts | None = None,
) -> None:
    physical = connection.connection.dbapi_connection

    def steps(heads: tuple[str, ...], context: MigrationContext) -> Iterator[RevisionStep]:
        refuse_moved(project.script, migration, heads)
        session = session_of(connection)
        only = one_step(project.script, migration)
        upgrade = only.migration_fn

        @functools.wraps(upgrade)
        def watched(**arguments: Any) -> None:
            step.during = "upgrade"
            step.transaction = connection.exec_driver_sql("SELECT pg_catalog.txid_current()").scalar_one()
            watching = listening(connection, "after_cursor_execute", refuse_invalid_index)
            with around(), listening(connection, "commit", count), watching:
                upgrade(**arguments)
            # Alembic writes history next: to the table that it is in, as the user who may.
            set_session(connection, session)
            if connection.connection.dbapi_connection is not physical:
                raise Refusal(
                    "lock_lost",
                    f"The connection broke while {migration.revision} was being applied, and with it the lock was lost.",
                    "See what is applied: migrate-remote status",
                )
            step.during = "history"

        only.migration_fn = watched
        yield only
        step.during = "done"

    def alongside(**_seen: Any) -> None:
        step.during = "alongside"
        before_commit()
        step.during = "commit"

    def count(_connection: Connection) -> None:
        step.commits += 1

    try:
        with real_transactions(connection):
            run_environment(
                connection,
                project,
                lambda env, arguments: EnvironmentContext.run_migrations(env, **arguments),
                writes=True,
                original=original,
                fn=steps,
                on_version_apply=alongside,
                destination_rev=migration.revision,
            )
    except (Exception, SystemExit) as error:
        if step.during != "done":
            raise
        # It is applied and committed; only what env.py does after that failed.
        cause = described(error.__cause__ or error)
        logging.getLogger("migrate_remote").warning("env.py failed after %s was applied: %s", migration.revision, cause)


CREATES_INDEX = re.compile(
    r"""\bcreate\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+("(?:[^"]|"")+"|[^\s"(]+)""", re.IGNORECASE
)


class InvalidIndex(Exception):
    """CREATE INDEX CONCURRENTLY IF NOT EXISTS passed over what an attempt that died had left: the name is there, the index is not."""


def refuse_invalid_index(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
    for written in CREATES_INDEX.findall(statement):
        name = written[1:-1].replace('""', '"') if written.startswith('"') else written.lower()
        if name in invalid_indexes(connection, "c.relname"):
            raise InvalidIndex(f"the index {name} is there, but invalid, so IF NOT EXISTS did not make it")


def was_committed(connection: Connection, transaction: int | None) -> bool:
    """After a failure: a COMMIT that a revision sends as SQL is seen by nobody but PostgreSQL."""
    if transaction is None:
        return False
    with contextlib.suppress(Exception):
        sql = f"SELECT pg_catalog.txid_status({int(transaction)}) = 'committed'"
        return connection.exec_driver_sql(sql).scalar_one() is True
    return False


@contextlib.contextmanager
def listening(target: Any, event: str, hear: Callable[..., None]) -> Iterator[None]:
    sqlalchemy.event.listen(target, event, hear)
    try:
        yield
    finally:
        sqlalchemy.event.remove(target, event, hear)


def one_step(script: ScriptDirectory, migration: Migration) -> RevisionStep:
    return MigrationStep.upgrade_from_script(script.revision_map, script.get_revision(migration.revision))


def refuse_moved(script: ScriptDirectory, migration: Migration, heads: tuple[str, ...]) -> None:
    """Alembic by hand takes no lock of ours, so history may have gone on since the plan was made."""
    down = {each.revision: each._all_down_revisions for each in script.walk_revisions()}
    applied: set[str] = set()
    waiting = list(heads)
    while waiting:
        revision = waiting.pop()
        if revision not in applied:
            applied.add(revision)
            waiting.extend(down.get(revision, ()))
    if migration.revision not in applied and applied.issuperset(migration.down_revisions):
        return
    raise Refusal(
        "plan_changed",
        f"History changed while the run was at work: it is at {', '.join(sorted(heads)) or 'nothing'}, so {migration.revision} "
        "is not what comes next. It was not executed.",
        "Something else migrates this database, such as alembic upgrade by hand. See where it is: migrate-remote status",
    )


@contextlib.contextmanager
def real_transactions(connection: Connection) -> Iterator[None]:
    """Our sessions are in autocommit; Alembic's autocommit blocks need transactions that SQLAlchemy knows of, to leave them."""
    level = connection.exec_driver_sql("SHOW default_transaction_isolation").scalar_one().upper()
    connection.rollback()
    connection.execution_options(isolation_level=level)
    # An autocommit block asks for it to put it back, and a driver that has to ask the server has begun a transaction by that.
    connection.get_isolation_level = lambda: level  # type: ignore[method-assign]
    try:
        yield
    except BaseException:
        with contextlib.suppress(Exception):
            back_to_autocommit(connection)
        raise
    else:
        back_to_autocommit(connection)
    finally:
        del connection.get_isolation_level


def back_to_autocommit(connection: Connection) -> None:
    if connection.invalidated:
        return
    connection.rollback()
    connection.execution_options(isolation_level="AUTOCOMMIT")


#: duplicate_table, _column, _object, _schema, _function.
ALREADY_THERE = frozenset(("42P07", "42701", "42710", "42P06", "42723"))


def migration_failed(migration: Migration, path: Path, error: BaseException, step: Step) -> Refusal:
    server = server_error(error) or {}
    line = line_within(path, error)
    when = {"history": " when its row of history was written", "commit": " when it was committed"}.get(step.during, "")
    source = linecache.getline(str(path), line).strip() if line is not None else ""
    statement = getattr(error, "statement", None) if step.during == "upgrade" else None
    detail = [
        server.get("detail"),
        f"In {server['where']}" if server.get("where") else None,
        f"In the statement: {bounded_text(statement.strip(), 1000)}"
        if isinstance(statement, str) and statement.strip()
        else None,
        f"In {path.name}" if line is None else f"In {path.name}, line {line}",
    ]
    return Refusal(
        "migration_failed",
        f"{migration.revision} failed{when}: {described(error)}. {stands_of(migration, step)}",
        hint_for(migration, server, step),
        revision=migration.revision,
        **({"sqlstate": server["sqlstate"]} if server else {}),
        **({} if line is None else {"line": line}),
        **({"excerpt": bounded_text(source, 1000)} if source else {}),
        detail="\n".join(part for part in detail if part),
    )


def stands_of(migration: Migration, step: Step) -> str:
    if step.commits:
        return "It left its transaction: what it did before that stands, and it is not recorded."
    return (
        "Nothing of it stands."
        if migration.transactional
        else "It may end its transaction itself: look what of it stands."
    )


def hint_for(migration: Migration, server: dict[str, Any], step: Step) -> str:
    sqlstate, message = server.get("sqlstate"), server.get("message", "")
    record = f"migrate-remote fix-history --revision {migration.revision}"
    if sqlstate == "25001":
        return "Put what cannot run in a transaction into a migration of its own, in: with op.get_context().autocommit_block():"
    if sqlstate == "55P04":
        return "Add the value in a migration of its own, or in: with op.get_context().autocommit_block():"
    if sqlstate == "57014" and "statement timeout" in message:
        return "Raise the handler's statement_timeout, or the function's time limit where that is what ran out; or split the migration."
    if sqlstate == "57014":
        return "The function's time limit was near, or somebody cancelled it. Raise the limit, or split the migration."
    if sqlstate == "55P03":
        return "Another session holds a lock on that table. Run again when it is quiet, or raise the handler's lock_timeout."
    if sqlstate == "22001" and step.during == "history":
        return "Alembic's column version_num takes 32 characters. Shorten the revision's id, or widen the column."
    if step.commits:
        return half_applied(migration.revision)
    if not migration.transactional:
        return f"Look first what of it stands. {half_applied(migration.revision)}"
    if sqlstate in ALREADY_THERE:
        return f"Where the database has this migration and only its history does not say so: {record}. Otherwise correct the file and run again."
    return "Correct the file, deploy it, and run again: migrate-remote run. What was applied before it stays applied."


def half_applied(revision: str) -> str:
    """The file as it is would be executed once more from its beginning."""
    return (
        "Undo what stands of it, correct the file, deploy it, and run again: migrate-remote run. "
        f"Or finish by hand what is missing, and record it: migrate-remote fix-history --revision {revision}"
    )


def with_leftovers(connection: Connection, failure: Refusal) -> Refusal:
    said = telling_leftovers(connection, failure.error)
    return (
        failure if said is failure.error else Refusal(said.pop("code"), said.pop("message"), said.pop("hint"), **said)
    )


def telling_leftovers(connection: Connection, error: dict[str, Any]) -> dict[str, Any]:
    """CREATE INDEX CONCURRENTLY that fails leaves an invalid index, which slows every write and fails the next try."""
    try:
        name = "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)"
        left = invalid_indexes(connection, name)[:10]
    except Exception:
        return error
    if not left:
        return error
    noun = "an invalid index" if len(left) == 1 else "invalid indexes"
    message = f"{error['message']} It left {noun} behind: {', '.join(left)}."
    hint = f"First: {' '.join(f'DROP INDEX CONCURRENTLY {name};' for name in left)}\n{error.get('hint', '')}".strip()
    return {**error, "message": message, "hint": hint}


def invalid_indexes(connection: Connection, name: str) -> list[str]:
    """Invalid and not being built at the moment; ``name`` is SQL of our own."""
    sql = (
        f"SELECT {name} FROM pg_catalog.pg_index i "
        "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE NOT i.indisvalid AND c.relkind = 'i' AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p "
        "WHERE p.index_relid = c.oid) ORDER BY 1"
    )
    return [str(found) for found in connection.exec_driver_sql(sql).scalars()]


def stamp(connection: Connection, heads: tuple[str, ...], options: Any, alongside: Callable[[], None]) -> None:
    """Makes history say exactly these heads, and what ``alongside`` writes, in one transaction. No transaction may be open."""

    def rewrite(env: EnvironmentContext, _arguments: dict[str, Any]) -> None:
        table = env.get_context()._version
        with connection.begin():
            table.create(connection, checkfirst=True)
            connection.execute(table.delete())
            for head in heads:
                connection.execute(table.insert().values(version_num=head))
            alongside()

    project = project_of(connection, options)
    with real_transactions(connection):
        run_environment(connection, project, rewrite, writes=True)


# SQL to look at


def render_sql(
    connection: Connection, source: Source, migrations: Sequence[Migration], current: tuple[str, ...], options: Any
) -> dict[str, str | None]:
    """What Alembic writes for each revision in offline mode. None: it cannot be known without executing it.

    Raises a ``configuration_error`` where env.py has no offline mode that works, though it may well migrate.
    """
    project = project_of(connection, options)
    buffer = io.StringIO()
    rendered: dict[str, str | None] = {migration.revision: None for migration in migrations}

    def steps(_heads: tuple[str, ...], context: MigrationContext) -> Iterator[RevisionStep]:
        bind = context.connection
        bind._execute_impl = functools.partial(write_down, bind._execute_impl)
        for migration in migrations:
            step = one_step(project.script, migration)
            content = Path(step.revision.path).read_bytes()
            step.migration_fn = rendering(step.migration_fn, content, migration.revision)
            yield step

    def rendering(upgrade: Callable[..., None], content: bytes, revision: str) -> Callable[..., None]:
        @functools.wraps(upgrade)
        def render(**arguments: Any) -> None:
            start = buffer.tell()
            try:
                refuse_live_only(content)
                with no_reaching_out():
                    upgrade(**arguments)
                rendered[revision] = buffer.getvalue()[start:].strip()
            except (Exception, SystemExit):
                buffer.seek(start)
                buffer.truncate()

        return render

    try:
        run_environment(
            connection,
            project,
            lambda env, arguments: EnvironmentContext.run_migrations(env, **arguments),
            writes=False,
            fn=steps,
            as_sql=True,
            output_buffer=buffer,
            starting_rev=current or None,
            destination_rev=migrations[-1].revision if migrations else None,
        )
    except AlembicError as error:
        raise configuration_error(
            f"Alembic cannot write SQL: {described(error)}.", "See that `alembic upgrade head --sql` works."
        ) from error
    return rendered


def write_down(
    execute: Callable[..., Any], statement: Any, parameters: Any = None, *more: Any, **options: Any
) -> Unread:
    """op.get_bind().execute() in offline mode: written with its values, and without a result to look at."""
    if isinstance(parameters, dict) and isinstance(statement, sqlalchemy.TextClause):
        statement = statement.bindparams(**parameters)
    elif parameters or more or options:
        raise LiveOnly
    execute(statement)
    return Unread()


class LiveOnly(Exception):
    """What a revision does depends on more than its file."""


class Unread:
    """The result of a statement that was not executed. Whoever looks at it wants to know what the database has."""

    def __getattr__(self, _name: str) -> Any:
        raise LiveOnly

    def __iter__(self) -> Any:
        raise LiveOnly

    def __bool__(self) -> bool:
        raise LiveOnly

    def __len__(self) -> int:
        raise LiveOnly


#: What ends the process would end whoever only looks.
ENDING = ("_exit", "abort", "kill", "fork")
#: Of files and folders, beside open().
WRITING = ("touch", "write_text", "write_bytes", "unlink", "mkdir", "rmdir", "rmtree")
#: Means by which a revision does one thing offline and another online, or acts beside Alembic's connection.
LIVE_ONLY = frozenset(
    ("as_sql", "is_offline_mode", "subprocess", "system", "psycopg", "psycopg2", "asyncpg", "popen", *ENDING, *WRITING)
)


def refuse_live_only(content: bytes) -> None:
    if statements_of(content) is None:
        raise LiveOnly
    for node in upgrading(content):
        names = (
            [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            if isinstance(node, (ast.Import, ast.ImportFrom))
            else [getattr(node, "attr", getattr(node, "id", ""))]
        )
        if any(name.partition(".")[0] in LIVE_ONLY for name in names):
            raise LiveOnly


@contextlib.contextmanager
def no_reaching_out() -> Iterator[None]:
    """While a revision is only tried out, it must not change the real world: no other connection, to a database or elsewhere."""
    mine = threading.get_ident()

    def refuse(*_arguments: Any) -> None:
        if threading.get_ident() == mine:
            raise LiveOnly

    def connect(self: socket.socket, address: Any) -> None:
        refuse()
        genuine(self, address)

    genuine = socket.socket.connect
    with listening(Engine, "do_connect", refuse), listening(Pool, "checkout", refuse):
        socket.socket.connect = connect  # type: ignore[method-assign,assignment]
        try:
            yield
        finally:
            socket.socket.connect = genuine  # type: ignore[method-assign]


# --- Recognising a schema ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replayed:
    """One revision tried in the scratch database."""

    revision: str
    differences: tuple[str, ...]  # what the database has otherwise; none: the same schema
    silent: bool  # the schema was the same before it
    idle: bool  # upgrade() is empty, as a merge's usually is: whether it was applied makes no difference


def recognise(
    connection: Connection, source: Source, options: Any, open_database: Callable[[str], Connection]
) -> tuple[str, ...]:
    """The heads whose revisions give this database's schema, found by replaying them in a scratch database of the same server.

    The database itself is only read. Exactly one state must have its schema; whatever else is found is refused, never guessed at.
    """
    project = project_of(connection, options)
    refuse_beyond(project, source)
    table = version_table(connection, options)
    actual = read_fingerprint(connection, table)
    here = whereabouts(connection)
    name = create_scratch(connection)
    try:
        scratch = open_database(name)
        try:
            scratch.info[PROJECT] = project
            replayed, stopped = replay(scratch, project, source, table, actual, here)
        finally:
            scratch.close()
            scratch.engine.dispose()
        return choose(source, replayed, stopped)
    finally:
        drop_scratch(connection, name)


def replay(
    scratch: Connection,
    project: Project,
    source: Source,
    table: VersionTable,
    actual: dict[str, str],
    original: Whereabouts,
) -> tuple[list[Replayed], str | None]:
    """Every revision in source order, and why it ended early."""
    scratch.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {quoted(table.schema)}")
    replayed: list[Replayed] = []
    before = read_fingerprint(scratch, table)
    for migration in source.migrations:
        path = Path(project.script.get_revision(migration.revision).path)
        try:
            take_step(scratch, project, migration, Step(), lambda: None, around=no_reaching_out, original=original)
        except Refusal:
            raise
        except LiveOnly:
            return replayed, f"{migration.revision} opens a connection of its own, so it was not tried"
        except (Exception, SystemExit) as error:
            if scratch.invalidated or is_connection_lost(error):
                raise
            return replayed, f"{migration.revision} cannot be replayed: {described(error)}"
        after = read_fingerprint(scratch, table)
        idle = upgrades_nothing(path.read_bytes())
        replayed.append(Replayed(migration.revision, differences(actual, after), after == before, idle))
        before = after
    return replayed, None


def upgrades_nothing(content: bytes) -> bool:
    functions = [
        node for node in statements_of(content) or () if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    ]
    return bool(functions) and all(
        isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for function in functions
        for node in function.body
    )


def choose(source: Source, replayed: list[Replayed], stopped: str | None) -> tuple[str, ...]:
    matching = [
        index
        for index, step in enumerate(replayed)
        # Behind a match an empty upgrade() matches as well; the run that follows records it without doing anything.
        if not step.differences and not (step.idle and index > 0 and not replayed[index - 1].differences)
    ]
    if not matching:
        raise none_matches(replayed, stopped)
    if len(matching) > 1:
        raise several_match([replayed[index].revision for index in matching])
    here = [step.revision for step in replayed[: matching[0] + 1]]
    undecided = undecided_of(source, here, replayed)
    if undecided:
        raise ambiguous(
            f"The schema is that of {' and '.join(outermost(source, here))}, but it does not tell whether {some_of(undecided)} "
            f"{'is' if len(undecided) == 1 else 'are'} applied as well{'.' if stopped is None else f': {stopped}.'}"
        )
    return outermost(source, here)


def undecided_of(source: Source, here: list[str], replayed: list[Replayed]) -> list[str]:
    """Revisions that might as well be applied as not, for all that the schema says: those that change none, or were not tried."""
    tried = {step.revision: step for step in replayed}
    quiet = {each.revision for each in source.migrations if each.revision not in tried or tried[each.revision].silent}
    idle = {step.revision for step in replayed if step.idle}
    inside = set(here)
    loud = [revision for revision in here if revision not in quiet]
    proven = ancestors(source, loud)
    reachable = inside | quiet
    return [
        each.revision
        for each in source.migrations
        if each.revision in quiet - idle
        and (
            each.revision not in proven if each.revision in inside else ancestors(source, [each.revision]) <= reachable
        )
    ]


def none_matches(replayed: list[Replayed], stopped: str | None) -> Refusal:
    nearest = min(replayed, key=lambda step: len(step.differences), default=None)
    near = ""
    if nearest is not None:
        shown = bounded_text(", ".join(nearest.differences[:5]), 1000)
        more = f" and {len(nearest.differences) - 5} more" if len(nearest.differences) > 5 else ""
        near = f" Nearest is {nearest.revision}; there {shown}{more}."
    ended = "" if stopped is None else f" Only part of the migrations could be compared: {stopped}."
    return ambiguous(f"The database has the schema of no revision.{near}{ended}")


def several_match(revisions: list[str]) -> Refusal:
    return ambiguous(
        f"The database has the schema of several revisions ({some_of(revisions)}): those between them change no schema, "
        "so nothing tells which of them are applied."
    )


def ambiguous(message: str) -> Refusal:
    return Refusal(
        "history_ambiguous",
        f"{message} Nothing was changed.",
        "Find out which revision the database has, then say so: migrate-remote fix-history --revision REV",
    )


REACHES_OUT = re.compile(
    r"\b(?:create|alter|drop)\s+(?:role|user|group|database|tablespace|subscription|server)\b|\balter\s+system\b"
    r"|\b(?:to|from)\s+program\b|\bdblink|\bpg_terminate_backend|\blambda\.?_?invoke",
    re.IGNORECASE,
)


def refuse_beyond(project: Project, source: Source) -> None:
    """Roles and other databases belong to the whole server: there a replay would be the real thing."""
    for migration in source.migrations:
        for node in upgrading(Path(project.script.get_revision(migration.revision).path).read_bytes()):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            found = REACHES_OUT.search(text)
            if found is not None:
                what = " ".join(found[0].split()).upper()
                raise ambiguous(
                    f"{migration.revision} reaches beyond its database ({what}), so the migrations cannot be tried in a scratch database."
                )


def create_scratch(connection: Connection) -> str:
    name = f"migrate_remote_scratch_{secrets.token_hex(6)}"
    encoding, collate, ctype = connection.exec_driver_sql(
        "SELECT pg_catalog.pg_encoding_to_char(encoding)::text, datcollate::text, datctype::text "
        "FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()"
    ).one()
    try:
        connection.exec_driver_sql(
            f"CREATE DATABASE {quoted(name)} TEMPLATE template0 ENCODING {literal(encoding)} "
            f"LC_COLLATE {literal(collate)} LC_CTYPE {literal(ctype)}"
        )
    except sqlalchemy.exc.DBAPIError as error:
        if (server_error(error) or {}).get("sqlstate") != "42501":
            raise
        raise Refusal(
            "permission_denied",
            "Finding the revision needs a scratch database, and the function's user may not create one. Nothing was changed.",
            "Say which revision the database has: migrate-remote fix-history --revision REV. Or grant the user CREATEDB.",
            sqlstate="42501",
        ) from error
    return name


def drop_scratch(connection: Connection, name: str) -> None:
    # A connection that env.py keeps in a pool of its own must not keep the database.
    force = " WITH (FORCE)" if (connection.dialect.server_version_info or (0,)) >= (13,) else ""
    try:
        connection.exec_driver_sql(f"DROP DATABASE {quoted(name)}{force}")
    except Exception as error:
        raise Refusal(
            "internal_error",
            f"The scratch database {name} could not be dropped again. History was not changed.",
            f"Drop it by hand: DROP DATABASE {quoted(name)}",
        ) from error


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_fingerprint(connection: Connection, history: VersionTable) -> dict[str, str]:
    """A schema as text: what each object is called → what it is. Two databases with the same map have the same schema.

    Without owners, privileges, comments, oids, the order of columns, what extensions own, and the history table. Everything is written
    with its schema, so that two search paths give the same text.
    """
    connection.exec_driver_sql("BEGIN READ ONLY")
    try:
        connection.exec_driver_sql("SET LOCAL search_path = pg_catalog")
        found: dict[str, str] = {}
        for query in catalog_queries():
            text = f"WITH history(schema, name) AS (SELECT CAST(:schema AS text), CAST(:name AS text)) {query}"
            rows = connection.execute(sqlalchemy.text(text), {"schema": history.schema, "name": history.name})
            found.update((row.object, row.definition or "") for row in rows)
        return found
    finally:
        connection.exec_driver_sql("ROLLBACK")


def catalog_queries() -> tuple[str, ...]:
    """The same as the SQL engine's (``contract/sql/fingerprint.ts``)."""
    not_history = "NOT EXISTS (SELECT FROM history h WHERE h.schema = n.nspname AND h.name = c.relname)"
    # The sequence behind an id that somebody gave the history table.
    not_of_history = (
        "NOT EXISTS (SELECT FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace "
        "JOIN history h ON h.schema = tn.nspname AND h.name = t.relname "
        "WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))"
    )
    named = "n.nspname || '.' || c.relname"
    relation = (
        f"FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND {FOREIGN_SCHEMAS} "
        f"AND {not_history} AND {not_owned('pg_class', 'c.oid')}"
    )
    return (
        # The schema of history may have been made for it alone.
        f"""SELECT 'schema ' || n.nspname AS object, '' AS definition FROM pg_namespace n WHERE {FOREIGN_SCHEMAS} AND n.nspname <> 'public'
        AND n.nspname <> (SELECT schema FROM history) AND {not_owned("pg_namespace", "n.oid")}
        UNION ALL SELECT 'extension ' || extname, '' FROM pg_extension""",
        f"""SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || {named} AS object,
        concat_ws(' ', c.relpersistence, c.relkind, c.reloptions::text, c.relrowsecurity, c.relforcerowsecurity,
          CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, pg_get_expr(c.relpartbound, c.oid),
          (SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid),
          CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END) AS definition
        {relation} WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')""",
        f"""SELECT 'column ' || {named} || '.' || a.attname AS object,
        concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END, a.attidentity, a.attgenerated,
          pg_get_expr(f.adbin, f.adrelid), CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END) AS definition
        {relation} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')""",
        # NOT NULL is told by its column: from 18 it is a constraint too, which older tables need not have by the same name.
        f"""SELECT 'constraint ' || {named} || '.' || k.conname AS object, pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END AS definition
        {relation} JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype IN ('c', 'f', 'p', 'u', 'x')""",
        f"""SELECT 'index ' || n.nspname || '.' || x.relname AS object, pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END AS definition
        {relation} JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid""",
        f"""SELECT 'trigger ' || {named} || '.' || g.tgname AS object, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text AS definition
        {relation} JOIN pg_trigger g ON g.tgrelid = c.oid WHERE NOT g.tgisinternal""",
        f"""SELECT 'rule ' || {named} || '.' || r.rulename AS object, pg_get_ruledef(r.oid) AS definition
        {relation} JOIN pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename <> '_RETURN'""",
        f"""SELECT 'policy ' || {named} || '.' || p.polname AS object,
        concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) AS definition
        {relation} JOIN pg_policy p ON p.polrelid = c.oid""",
        f"""SELECT 'sequence ' || {named} AS object,
        concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle) AS definition
        {relation} JOIN pg_sequence s ON s.seqrelid = c.oid WHERE {not_of_history}""",
        f"""SELECT 'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS object,
        CASE WHEN p.prokind = 'a' THEN 'aggregate ' || pg_get_function_result(p.oid) || ' ' || g.aggtransfn::text ELSE pg_get_functiondef(p.oid) END AS definition
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND {FOREIGN_SCHEMAS} LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
        WHERE {not_owned("pg_proc", "p.oid")}""",
        f"""SELECT 'type ' || n.nspname || '.' || t.typname AS object,
        concat_ws(' ', t.typtype, (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
          CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END END, t.typdefault,
          (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), ',' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
          (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid)) AS definition
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND {FOREIGN_SCHEMAS} LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND {not_owned("pg_type", "t.oid")}""",
    )


def not_owned(catalog: str, oid: str) -> str:
    return (
        f"NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '{catalog}'::regclass "
        f"AND d.objid = {oid} AND d.deptype = 'e')"
    )


def differences(actual: dict[str, str], expected: dict[str, str]) -> tuple[str, ...]:
    """The objects that are not the same in both, each told once."""
    return (
        *(f"{name} is missing" for name in expected if name not in actual),
        *(f"{name} differs" for name in expected if name in actual and actual[name] != expected[name]),
        *(f"{name} is additional" for name in actual if name not in expected),
    )


# --- Ledger and lock ---------------------------------------------------------------------------------------------------------------

#: The session advisory lock of everything that writes, ``pg_try_advisory_lock(1835624306, 1919249775)``: the ASCII codes of ``migr`` and
#: ``remo``. Advisory locks belong to one database, so each database has its own. Take it by hand to keep migrations out.
LOCK_KEY = "1835624306, 1919249775"
#: The ledger is made under this one (``migr``, ``ledg``): concurrent ``CREATE … IF NOT EXISTS`` fail. It is never the lock of the
#: migrations themselves, so a fence can make it while a run goes on.
CREATION_KEY = "1835624306, 1818584167"

OUR_LOCK = (
    "l.locktype = 'advisory' AND l.granted AND l.classid = 1835624306::bigint::oid AND l.objid = 1919249775::bigint::oid "
    "AND l.objsubid = 2 AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
)


def take_lock(session: Session, attempts: int = 3) -> dict[str, Any] | None:
    """Takes the lock without waiting: None where it was had, otherwise who has it."""
    [row] = query(
        session.connection,
        "SELECT pg_catalog.pg_backend_pid() AS pid, CASE WHEN pg_catalog.pg_backend_pid() = :pid "
        f"THEN pg_catalog.pg_try_advisory_lock({LOCK_KEY}) END AS taken",
        pid=session.pid,
    )
    if row["pid"] != session.pid:
        raise pooled()
    if row["taken"] is not True:
        holder = lock_holder(session.connection)
        # Who let go of it before it could be named does not count.
        return take_lock(session, attempts - 1) if not holder and attempts > 1 else holder
    # Poolers that take turns show at the very next statement.
    try:
        verify_lock(session)
    except BaseException:
        release_lock(session)
        raise
    return None


def release_lock(session: Session) -> None:
    """Closing the connection releases it too, except behind a pooler, which keeps its backends and may have changed to another."""
    for _ in range(10):
        try:
            rows = query(
                session.connection,
                "SELECT pg_catalog.pg_backend_pid() AS pid, CASE WHEN pg_catalog.pg_backend_pid() = :pid "
                f"THEN pg_catalog.pg_advisory_unlock({LOCK_KEY}) END AS released",
                pid=session.pid,
            )
        except Exception:
            return  # with the connection the lock is gone too
        if rows[0]["pid"] == session.pid:
            return


def verify_lock(session: Session) -> None:
    """Asked inside each migration's transaction, where even a pooler keeps to one backend."""
    [row] = query(
        session.connection,
        "SELECT pg_catalog.pg_backend_pid() AS pid, EXISTS (SELECT FROM pg_catalog.pg_locks l "
        f"WHERE {OUR_LOCK} AND l.pid = pg_catalog.pg_backend_pid()) AS held",
    )
    if row["pid"] != session.pid:
        raise pooled()
    if not row["held"]:
        raise Refusal(
            "lock_lost",
            "The lock that keeps other runs out is gone: something released it (pg_advisory_unlock_all in a migration?).",
            "See what is applied: migrate-remote status. Then run again.",
        )


def pooled() -> Refusal:
    return Refusal(
        "pooled_connection",
        "The connection changed to another PostgreSQL backend, as behind a transaction pooler, so the lock does not protect it.",
        "Give the function a direct connection, or a pooler in session mode; instead of RDS Proxy, the instance's own endpoint.",
    )


def lock_holder(connection: Any) -> dict[str, Any]:
    """Who holds the lock; empty where nobody does. Reads only."""
    rows = query(
        connection,
        "SELECT l.pid, a.application_name AS name, pg_catalog.to_jsonb(a.backend_start)::text AS since "
        "FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
        f"WHERE {OUR_LOCK} LIMIT 1",
    )
    if not rows:
        return {}
    [row] = rows
    named = re.match(r"migrate-remote (\S+)(?: (\S+))?", row["name"] or "")
    run_id, requested_by = named.groups() if named else (None, None)
    since = None if row["since"] is None else iso_time(json.loads(row["since"]))
    holder = {"pid": row["pid"], "run_id": run_id, "requested_by": requested_by, "since": since}
    return {name: value for name, value in holder.items() if value is not None}


def describe_holder(holder: dict[str, Any]) -> str:
    who = f"Run {holder['run_id']}" if "run_id" in holder else "Another session"
    asked = f", asked for by {holder['requested_by']}," if "requested_by" in holder else ""
    since = f" since {holder['since']}" if "since" in holder else ""
    backend = f" (PostgreSQL backend {holder['pid']})" if "pid" in holder else ""
    return f"{who}{asked} holds the lock of this database{since}{backend}"


def locked(holder: dict[str, Any]) -> Refusal:
    return Refusal(
        "locked",
        f"{describe_holder(holder)}. Nothing was done.",
        "Wait for it to end: migrate-remote run --wait-lock 10m. Or ask what it did: migrate-remote runs",
        lock=holder,
    )


def iso_time(text: Any) -> str | None:
    """PostgreSQL's time as JavaScript writes it: UTC, milliseconds."""
    for form in ("%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"):
        try:
            moment = datetime.strptime(str(text), form).astimezone(timezone.utc)
        except (ValueError, OverflowError):
            continue
        return f"{moment.strftime('%Y-%m-%dT%H:%M:%S')}.{moment.microsecond // 1000:03d}Z"
    return None


#: A later version adds columns, each of which may be null; it renames and removes none, because older handlers go on writing.
LEDGER_COLUMNS = {
    "run_id": "text PRIMARY KEY",
    "state": "text NOT NULL",
    "operation": "text NOT NULL",
    "part": "integer NOT NULL",
    "requested_by": "text",
    "requested_from": "text",
    "git_commit": "text",
    "plan": "jsonb",
    "snapshot_id": "text",
    "snapshot_skipped": "text",
    "engine": "text",
    "from_revisions": "text[]",
    "to_revisions": "text[]",
    "applied": "text[]",
    "history_repaired": "boolean",
    "started_at": "timestamptz NOT NULL DEFAULT now()",
    "updated_at": "timestamptz NOT NULL DEFAULT now()",
    "finished_at": "timestamptz",
    "lease_until": "timestamptz",
    "backend_pid": "integer",
    "backend_start": "timestamptz",
    "deadline_at": "timestamptz",
    "handler_version": "text",
    "error": "jsonb",
    "report": "jsonb",
}
LEDGER_COMMENT = "migrate-remote: who ran which migrations when, and how it ended. Version 1."

RUN_STATES = ("running", "paused", "succeeded", "failed", "interrupted", "refused", "fenced")


def is_final(state: str) -> bool:
    return state not in ("running", "paused")


def ledger_columns(connection: Any) -> set[str] | None:
    """The columns that are there; None: not even the schema. From the catalog, which may be read without any right to the schema."""
    rows = query(
        connection,
        "SELECT a.attname::text AS name FROM pg_catalog.pg_namespace n "
        "LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'runs' "
        "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE n.nspname = 'migrate_remote'",
    )
    return {row["name"] for row in rows if row["name"] is not None} if rows else None


def is_complete(columns: set[str] | None) -> bool:
    return columns is not None and columns.issuperset(LEDGER_COLUMNS)


def ensure_ledger(session: Session) -> None:
    """Makes the ledger, or adds to an older one what is missing. Needs no rights where it is complete."""
    connection = session.connection
    if is_complete(ledger_columns(connection)):
        return
    columns: set[str] | None = set()
    try:
        # Each statement has to see what others committed while this one waited for the lock.
        with transaction(connection, "ISOLATION LEVEL READ COMMITTED READ WRITE"):
            query(connection, f"SELECT pg_catalog.pg_advisory_xact_lock({CREATION_KEY})")
            columns = ledger_columns(connection)
            if not is_complete(columns):
                for statement in ledger_definition(columns):
                    query(connection, statement)
    except Exception as error:
        if is_denied(error):
            raise not_permitted(session, *to_make_ledger(session, columns)) from None
        raise


def ledger_definition(columns: set[str] | None) -> list[str]:
    wanted = [f"{name} {kind}" for name, kind in LEDGER_COLUMNS.items()]
    described = f"COMMENT ON TABLE migrate_remote.runs IS '{LEDGER_COMMENT}'"
    if columns:
        added = ", ".join(f"ADD COLUMN IF NOT EXISTS {column}" for column in wanted)
        return ["SET LOCAL lock_timeout = '10s'", f"ALTER TABLE migrate_remote.runs {added}", described]
    schema = ["CREATE SCHEMA migrate_remote"] if columns is None else []
    return [*schema, f"CREATE TABLE migrate_remote.runs ({', '.join(wanted)})", described]


def to_make_ledger(session: Session, columns: set[str] | None) -> tuple[str, str]:
    """What was missing, and the statement that grants it."""
    who = quoted_name(session.place.user)
    if columns:
        return (
            "add columns to the ledger, the table migrate_remote.runs",
            f"ALTER TABLE migrate_remote.runs OWNER TO {who}",
        )
    if columns is not None:
        return "make the ledger in the schema migrate_remote", f"GRANT USAGE, CREATE ON SCHEMA migrate_remote TO {who}"
    return "make the schema of the ledger", f"GRANT CREATE ON DATABASE {quoted_name(session.place.database)} TO {who}"


def on_ledger(session: Session, sql: str, **values: Any) -> list[dict[str, Any]]:
    """One of our own statements on a ledger that is there."""
    try:
        return query(session.connection, sql, **values)
    except Exception as error:
        if not is_denied(error):
            raise
    who = quoted_name(session.place.user)
    grant = (
        f"GRANT USAGE ON SCHEMA migrate_remote TO {who}; GRANT SELECT, INSERT, UPDATE ON migrate_remote.runs TO {who}"
    )
    raise not_permitted(session, "use the ledger, the table migrate_remote.runs", grant)


def is_denied(error: BaseException) -> bool:
    return (server_error(error) or {}).get("sqlstate") == "42501"


def not_permitted(session: Session, what: str, statement: str) -> Refusal:
    return Refusal(
        "permission_denied",
        f"User {session.place.user} may not {what}. Without it nobody could say later what a run did, so nothing was executed.",
        f"As the owner: {statement}",
        sqlstate="42501",
    )


def quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class StoredRun:
    """A row of the ledger."""

    record: dict[str, Any]  # as it travels, without its report
    live: bool  # while running: the PostgreSQL backend that works on it is still there
    report: dict[str, Any] | None = None
    #: None: history is not to be repaired. False: it was to be, and was not (yet).
    history_repaired: bool | None = None

    @property
    def run_id(self) -> str:
        return self.record["run_id"]

    @property
    def state(self) -> str:
        return self.record["state"]

    @property
    def part(self) -> int:
        return self.record["part"]

    @property
    def planned(self) -> list[str]:
        return self.record.get("plan", {}).get("revisions", [])


# The rows are taken from a snapshot that is older than what pg_stat_activity says while they are gone through: who was found dead was so
# after the row was read. The start tells a backend from a later one with the same number; to other users than its own it is NULL.
LIVE = (
    "r.state = 'running' AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.pid = r.backend_pid "
    "AND COALESCE(a.backend_start = r.backend_start, true) OR a.application_name = 'migrate-remote ' || r.run_id || ' script')"
)
LATE = "r.deadline_at < pg_catalog.clock_timestamp()"


def read_run(session: Session, run_id: str) -> StoredRun | None:
    """One run, or None where there is none, or no ledger. Creates nothing."""
    return next(iter(read_rows(session, "pg_catalog.to_jsonb(r)", "WHERE r.run_id = :run_id", run_id=run_id)), None)


def read_open_runs(session: Session, run_id: str) -> tuple[list[StoredRun], float]:
    """Every run that is not final, and this one, without reports; and the time in milliseconds, by the same clock as their leases."""
    which = "WHERE r.state IN ('running', 'paused') OR r.run_id = :run_id"
    runs = read_rows(session, "pg_catalog.to_jsonb(r) - 'report'", which, run_id=run_id)
    [clock] = query(
        session.connection,
        "SELECT (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp()) * 1000)::float8 AS now",
    )
    return runs, float(clock["now"])


def read_newest(session: Session, limit: int) -> list[StoredRun]:
    """Newest first, without reports."""
    which = f"ORDER BY r.started_at DESC, r.run_id DESC LIMIT {int(limit)}"
    return read_rows(session, "pg_catalog.to_jsonb(r) - 'report'", which)


def read_rows(session: Session, row: str, which: str, **values: Any) -> list[StoredRun]:
    if not ledger_columns(session.connection):
        return []
    sql = f"SELECT ({row})::text AS row, {LIVE} AS live, {LATE} AS late FROM migrate_remote.runs r {which}"
    return [parse_row(found) for found in on_ledger(session, sql, **values)]


def texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidEvent(f"{where}: expected a list of strings")
    return value


def one_of(*words: str) -> Check:
    def check(value: Any, where: str) -> str:
        if value not in words:
            raise InvalidEvent(f"{where}: expected one of {', '.join(words)}")
        return value

    return check


def a_time(value: Any, where: str) -> str:
    moment = iso_time(value)
    if moment is None:
        raise InvalidEvent(f"{where}: no time")
    return moment


def a_plan(value: Any, where: str) -> dict[str, Any]:
    fields: dict[str, Check] = {
        "id": a_text(64, 64),
        "from": texts,
        "target": perhaps_null(a_text(10_000)),
        "revisions": texts,
    }
    plan = checked(fields, value, f"{where}.")
    missing = next((name for name in fields if name not in plan), None)
    if missing is not None:
        raise InvalidEvent(f"{where}.{missing}: is not there")
    return plan


def an_error(value: Any, where: str) -> dict[str, Any]:
    given = checked({"code": a_text(10_000), "message": a_text(1_000_000)}, value, f"{where}.")
    if len(given) < 2:
        raise InvalidEvent(f"{where}: has no code and message")
    return value


def an_object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidEvent(f"{where}: expected an object")
    return value


#: As a whole row, so that a table of another version can be read: unknown columns are passed over, missing ones absent.
STORED: dict[str, Check] = {
    "runId": a_text(100),
    "state": one_of(*RUN_STATES),
    "operation": one_of("run", "fix-history"),
    "part": a_number(1, 2**31),
    "requestedBy": a_text(1000),
    "requestedFrom": a_text(1000),
    "gitCommit": a_text(100),
    "plan": a_plan,
    "snapshotId": a_text(1000),
    "snapshotSkipped": a_text(10_000),
    "engine": a_text(100),
    "fromRevisions": texts,
    "toRevisions": texts,
    "applied": texts,
    "historyRepaired": a_truth,
    "startedAt": a_time,
    "finishedAt": a_time,
    "leaseUntil": a_time,
    "backendPid": a_number(0, 2**31),
    "error": an_error,
    "report": an_object,
}
REQUIRED = ("run_id", "state", "operation", "part", "started_at")


def parse_row(found: dict[str, Any]) -> StoredRun:
    row = {name: value for name, value in json.loads(found["row"]).items() if value is not None}
    try:
        stored = checked(STORED, row)
        missing = [name for name in REQUIRED if name not in stored]
        if missing:
            raise InvalidEvent(f"{missing[0]}: is not there")
    except InvalidEvent as error:
        raise Refusal(
            "internal_error",
            f"The ledger's row of run {str(row.get('run_id', '?'))[:100]} cannot be read ({error}). "
            "Was it changed by hand, or written by a newer version?",
            "Deploy the newest handler, or repair the row in migrate_remote.runs.",
        ) from None
    live = found["live"] is True
    ours = ("report", "history_repaired", "backend_pid", "finished_at", "lease_until")
    record = {"from_revisions": [], "to_revisions": [], "applied": []}
    record.update({name: value for name, value in stored.items() if name not in ours})
    if is_final(record["state"]):
        record.update(picked(stored, "finished_at"))
    if record["state"] == "paused":
        record.update(picked(stored, "lease_until"))
    if record["state"] == "running":
        record.update({"pid": stored["backend_pid"]} if "backend_pid" in stored else {})
        record.update({"connected": False} if live and found["late"] is True else {})
    return StoredRun(record, live, stored.get("report"), stored.get("history_repaired"))


# Of this backend, as others will see it.
OWN_BACKEND = {
    "backend_pid": "pg_catalog.pg_backend_pid()",
    "backend_start": "(SELECT a.backend_start FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid())",
}


def claim_new(session: Session, run: dict[str, Any], remaining: float, values: dict[str, Any]) -> bool:
    """Step 6 for the first part. False: the run id is taken, by a fence or by another delivery."""
    row = {**run, **values, "state": "running", "handler_version": VERSION}
    return insert_run(session, row, {**OWN_BACKEND, "deadline_at": deadline_sql(remaining)})


def claim_part(session: Session, run: dict[str, Any], remaining: float) -> bool:
    """Step 6 for a later part. False: another delivery of this part was faster, or a fence."""
    change = {"state": "running", "part": run["part"], "error": None, "report": None, "handler_version": VERSION}
    return update_run(
        session,
        change,
        "r.run_id = :run_id AND r.state = 'paused' AND r.part = :part - 1",
        {**OWN_BACKEND, "deadline_at": deadline_sql(remaining), "lease_until": "NULL"},
        run_id=run["run_id"],
        part=run["part"],
    )


def update_own(session: Session, run: dict[str, Any], change: dict[str, Any], lease: float | None = None) -> bool:
    """Of the part that this very backend claimed: whoever lost the lock may have been closed by another run meanwhile.

    A paused part keeps other runs out for ``lease`` milliseconds.
    """
    return update_run(
        session,
        change,
        "r.run_id = :run_id AND r.part = :part AND r.state = 'running' AND r.backend_pid = :pid",
        {} if lease is None else {"lease_until": f"pg_catalog.now() + {interval_sql(lease)}"},
        run_id=run["run_id"],
        part=run["part"],
        pid=session.pid,
    )


def end_run(session: Session, run: StoredRun, change: dict[str, Any]) -> bool:
    """Ends a row that nobody works on, as it was read: its state and part guard against whoever was faster."""
    return update_run(
        session,
        change,
        "r.run_id = :run_id AND r.part = :part AND r.state = :state",
        {},
        run_id=run.run_id,
        part=run.part,
        state=run.state,
    )


def insert_ended(session: Session, run: dict[str, Any], values: dict[str, Any]) -> bool:
    """A run that was refused, or fenced before it began. False: the run id is known already."""
    row = {"part": 1, **run, **values, "handler_version": VERSION}
    return insert_run(session, row, {"finished_at": "pg_catalog.now()"})


def deadline_sql(remaining: float) -> str:
    return "NULL" if math.isinf(remaining) else f"pg_catalog.now() + {interval_sql(remaining)}"


def interval_sql(milliseconds: float) -> str:
    return f"{round(milliseconds)} * interval '1 millisecond'"


POPULATED = "pg_catalog.jsonb_populate_record(NULL::migrate_remote.runs, CAST(:row AS jsonb)) v"


def insert_run(session: Session, values: dict[str, Any], expressions: dict[str, str]) -> bool:
    """``values`` by parameter, ``expressions`` as SQL of our own."""
    names = [name for name in values if name in LEDGER_COLUMNS]
    columns = ", ".join([*names, *expressions])
    given = ", ".join([*(f"v.{name}" for name in names), *expressions.values()])
    sql = f"INSERT INTO migrate_remote.runs ({columns}) SELECT {given} FROM {POPULATED} ON CONFLICT DO NOTHING RETURNING 1 AS done"
    return bool(on_ledger(session, sql, row=json.dumps(storable(values))))


def update_run(
    session: Session, change: dict[str, Any], where: str, expressions: dict[str, str], **parameters: Any
) -> bool:
    ends = is_final(change.get("state", "running"))
    assigned = {
        **{name: f"v.{name}" for name in change if name in LEDGER_COLUMNS},
        **expressions,
        **({"finished_at": "pg_catalog.now()", "lease_until": "NULL"} if ends else {}),
        "updated_at": "pg_catalog.now()",
    }
    assignments = ", ".join(f"{name} = {value}" for name, value in assigned.items())
    sql = f"UPDATE migrate_remote.runs r SET {assignments} FROM {POPULATED} WHERE {where} RETURNING 1 AS done"
    return bool(on_ledger(session, sql, row=json.dumps(storable(change)), **parameters))


# The decisions that make a run execute at most once, free of SQL. DESIGN.md's far-side protocol numbers the steps.


def before_lock(own: StoredRun | None, part: int) -> str:
    """Step 2: an event may be delivered again, at once or hours later. ``recorded``, ``running`` or ``try-lock``."""
    if own is None:
        return "try-lock"
    if is_final(own.state):
        return "recorded"
    if own.state == "running":
        return "running" if own.live else "try-lock"
    return "try-lock" if part == own.part + 1 else "recorded"


def without_lock(own: StoredRun | None, holder_run_id: str | None, run_id: str) -> str:
    """Step 3, the lock not had; ``own`` is read again after the attempt. ``recorded``, ``running`` or ``locked``.

    A run whose own earlier delivery has the lock, or whose row another run is about to close, is ``running``; only a run of which nothing
    is known is ``locked``.
    """
    if holder_run_id == run_id:
        return "running"
    if own is None:
        return "locked"
    return "recorded" if is_final(own.state) else "running"


def runs_to_close(runs: list[StoredRun], run_id: str, now: float) -> list[StoredRun]:
    """Step 4, with the lock: what the ledger calls running is dead, for it would hold the lock. And whose lease has ended."""
    dead = [run for run in runs if run.state == "running" and not run.live]
    return dead + [run for run in runs if run.run_id != run_id and run.state == "paused" and lease_until(run) <= now]


def after_closing(runs: list[StoredRun], run_id: str, part: int, now: float) -> tuple[str, StoredRun | None]:
    """``recorded``, ``running``, ``locked`` (by a run), ``claim-new``, ``claim-part`` or ``unknown-part``.

    A live run of another's has released its lock (``pg_advisory_unlock_all``) and is still being executed: then the lock proves nothing.
    """
    own = next((run for run in runs if run.run_id == run_id), None)
    if own is not None and own.state == "running" and own.live:
        return "running", None
    # Closed just now, or final already: either way it is never executed again.
    if own is not None and own.state != "paused":
        return "recorded", None
    for run in runs:
        at_work = run.state == "running" and run.live
        if run.run_id != run_id and (at_work or (run.state == "paused" and lease_until(run) > now)):
            return "locked", run
    if own is not None:
        return ("claim-part" if part == own.part + 1 else "recorded"), None
    return ("claim-new" if part == 1 else "unknown-part"), None


def lease_until(run: StoredRun) -> float:
    """Milliseconds since the epoch."""
    return epoch_ms(run.record.get("lease_until"))


def epoch_ms(text: str | None) -> float:
    if text is None:
        return 0
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp() * 1000


#: Lambda keeps an asynchronous event for six hours at most; whatever comes a day late comes from nowhere good.
LATEST = 24 * 3_600_000


def is_too_late(run_id: str, now: float) -> bool:
    """True for a run id that was made more than a day ago: nobody waits for that run any more."""
    made = run_id_time(run_id)
    return made is not None and now - made > LATEST


def time_for_another(remaining: float, longest: float, stop_before: float) -> bool:
    """Step 7: whether there is time for one more migration, judged by the longest one so far. Milliseconds."""
    return remaining > max(stop_before, longest * 1.5)


# --- Operations --------------------------------------------------------------------------------------------------------------------

ENGINE = "alembic"

#: The run's own facts, which the row carries beside what was answered.
NOT_TOLD_AGAIN = ("operation", "success", "engine", "run_id", "part", "handler", "duration_ms")


@dataclass(frozen=True)
class Work:
    """What an operation works with during one invocation."""

    options: Options
    source: Source
    session: Session
    clock: Clock
    log: Log
    run_id: str
    #: The run id came with the event, so the same event may come again.
    is_identified: bool
    #: How long a paused run keeps others out. Milliseconds.
    lease: int
    #: ``settings(purpose)``: the session's settings as of now; what is left of the time limits them.
    settings: Callable[[str], dict[str, str]]
    #: ``open(purpose, database=None)``: one more connection, perhaps to another database of the server. Whoever opens it closes it.
    open: Callable[..., Session]


@dataclass(frozen=True)
class Overview:
    """The database as it is now, held against the source."""

    assessment: Assessment
    history: History
    database: dict[str, Any]


def look(session: Session, source: Source, options: Options) -> Overview:
    """Reads everything in one snapshot, so that a run going on beside it is seen either before or after a migration."""
    connection = session.connection
    query(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        database = identify(session)
        history = read_history(connection, options)
        return Overview(assess(source, history, has_tables(connection, options)), history, database)
    finally:
        roll_back(connection)


def identify(session: Session) -> dict[str, Any]:
    [row] = query(
        session.connection,
        "SELECT current_database()::text AS name, current_user::text AS login, current_setting('server_version') AS version",
    )
    place = session.place
    return {
        "host": place.host,
        "port": place.port,
        "name": row["name"],
        "user": row["login"],
        "server_version": row["version"],
    }


# Plans.


@dataclass(frozen=True)
class RunPlan:
    """What a run is to apply, all parts together, and what of it is left."""

    plan: dict[str, Any]
    all: tuple[Migration, ...]
    rest: tuple[Migration, ...]


def make_plan(source: Source, assessment: Assessment, target: str | None = None) -> RunPlan:
    """What a run to ``target`` would apply; None: to all heads, and where these are several, that is the plan's target too."""
    migrations = tuple(pending_to(source, assessment, target))
    only_head = assessment.head[0] if len(assessment.head) == 1 else None
    to = target if target is not None else only_head
    plan = {
        "id": plan_id(ENGINE, assessment.current, to, migrations),
        "from": list(assessment.current),
        "target": to,
        "revisions": [migration.revision for migration in migrations],
    }
    return RunPlan(plan, migrations, migrations)


def meant(source: Source, assessment: Assessment, wanted: str | None) -> str | None:
    """The revision that a person wants, or several joined by commas; None: all heads. Raises a ``Refusal``."""
    target = None if wanted is None else find_target(source, assessment, wanted)
    is_all = target is not None and len(source.heads) > 1 and set(target.split(",")) == set(source.heads)
    return None if is_all else target


def blank(source: Source) -> Assessment:
    """An empty database."""
    return assess(source, History((), None), False)


def standing_at(source: Source, heads: Iterable[str]) -> Assessment:
    """A database whose history says exactly these heads."""
    return assess(source, History(tuple(heads), None), True)


def plan_run(work: Work, operation: dict[str, Any], assessment: Assessment) -> RunPlan:
    """Everything that keeps a run from starting, in the order in which a person would want to know it."""
    refuse_inconsistent(assessment)
    target = meant(work.source, assessment, operation.get("target_revision"))
    if assessment.state == "tables_without_migration_history" and work.source.migrations:
        raise Refusal(
            "history_missing",
            "The database has tables but no migration history, so nobody knows which migrations it has. Nothing was executed.",
            "Say which revision it has: migrate-remote fix-history --revision REV. "
            "Or let it be found out: migrate-remote run --fix-history",
        )
    planned = make_plan(work.source, assessment, target)
    expected = operation["run"].get("plan_id")
    if expected is not None and expected != planned.plan["id"]:
        raise Refusal(
            "plan_changed",
            "The plan is not the one that was shown: the database or the deployed function changed since. Nothing was executed.",
            "Look at the new plan: migrate-remote run --dry-run",
        )
    return planned


def plan_next_part(work: Work, run: dict[str, Any], plan: dict[str, Any], assessment: Assessment) -> RunPlan:
    """A later part goes on with the plan that the first one claimed: the same migrations by name and checksum, of which those that stand
    come first, and nothing else pending up to its target.
    """
    refuse_inconsistent(assessment)
    known = {migration.revision: migration for migration in work.source.migrations}
    every = tuple(known[revision] for revision in plan["revisions"] if revision in known)
    target = plan["target"]
    is_known = target is None or all(part in known for part in target.split(","))
    now = tuple(pending_to(work.source, assessment, target)) if is_known else ()
    rest = every[max(0, len(every) - len(now)) :]
    expected = run.get("plan_id")
    is_same = (
        is_known
        and plan_id(ENGINE, plan["from"], target, every) == plan["id"]
        and expected in (None, plan["id"])
        and [one.revision for one in rest] == [one.revision for one in now]
    )
    if is_same:
        return RunPlan(plan, every, rest)
    raise Refusal(
        "plan_changed",
        f"What is left is not the rest of the plan that run {run['run_id']} began: the database or the deployed function changed since. "
        f"Part {run['part']} executed nothing.",
        "See what is applied and what is pending: migrate-remote status. Then run again: migrate-remote run",
    )


def refuse_inconsistent(assessment: Assessment) -> None:
    if assessment.state != "inconsistent":
        return
    found = (one for one in assessment.problems if one["code"] in ("missing", "unreadable_history"))
    problem = next(found, {"message": ""})
    raise Refusal(
        "inconsistent_history",
        f"{problem['message']} Nothing was executed.".strip(),
        "Deploy the function that has what history names, or repair history: migrate-remote fix-history --revision REV",
        **picked(problem, "revision"),
    )


# Reads.


def status(work: Work) -> Findings:
    """What is applied and what is pending."""
    overview = look(work.session, work.source, work.options)
    assessment = overview.assessment
    log_state(work, assessment)
    planned = make_plan(work.source, assessment)
    sql = rendered(work, planned, assessment)
    answer = findings(overview, read_entries(work.source, assessment, sql))
    return {**with_run_at_work(work.session, answer), "plan": planned.plan}


def log_state(work: Work, assessment: Assessment) -> None:
    work.log("info", "state", f"Migration state: {assessment.state}", {"state": assessment.state})


def with_run_at_work(session: Session, answer: Findings) -> Findings:
    """What is read while a run is at work changes under the reader's eyes, and another run would be refused."""
    holder = lock_holder(session.connection)
    if not holder:
        return answer
    at_work = {"code": "run_at_work", "message": f"{describe_holder(holder)}.", "lock": holder}
    return {**answer, "problems": [at_work, *answer["problems"]]}


def rendered(work: Work, planned: RunPlan, assessment: Assessment) -> dict[str, str | None]:
    """Alembic's own SQL; a migration that cannot be rendered still runs, so not being able to is no error."""
    if assessment.state == "inconsistent" or not planned.rest:
        return {}
    try:
        return render_sql(work.session.connection, work.source, planned.rest, assessment.current, work.options)
    except Refusal as error:
        work.log("warn", "sql_not_rendered", f"The plan's SQL cannot be shown: {error}")
        return {}


def dry_run(work: Work, operation: dict[str, Any]) -> Findings:
    """What a run would do, and what would keep it from doing it."""
    overview = look(work.session, work.source, work.options)
    assessment = overview.assessment
    log_state(work, assessment)
    without_sql = read_entries(work.source, assessment, {})
    if operation["fix_history"] and assessment.state == "tables_without_migration_history":
        answer = with_run_at_work(work.session, findings(overview, without_sql))
        return {**answer, "problems": [PLAN_UNKNOWN, *answer["problems"]]}
    try:
        target = meant(work.source, assessment, operation.get("target_revision"))
    except Refusal as error:
        return with_run_at_work(work.session, findings(overview, without_sql, error.error))
    planned = make_plan(work.source, assessment, target)
    entries = read_entries(work.source, assessment, rendered(work, planned, assessment))
    return {**with_run_at_work(work.session, findings(overview, entries)), "plan": planned.plan}


PLAN_UNKNOWN = {
    "code": "plan_unknown",
    "message": "The plan is known only after the history is repaired: finding out what the database has needs a scratch database, "
    "which a dry-run does not create.",
}


def run_result(work: Work, operation: dict[str, Any]) -> Findings:
    """How a run stands. A read, which another's lock does not keep out."""
    return told_run(standing(work.session, work, operation["run_id"]))


def told_run(run: StoredRun | None) -> Findings:
    if run is None:
        return nothing_asked()
    return {**nothing_asked(), "run": {**run.record, **({} if run.report is None else {"report": run.report})}}


def fence_run(work: Work, operation: dict[str, Any]) -> Findings:
    """Whatever stands in the ledger afterwards is the truth, whether the fence was in time or not. Takes no lock."""
    session, run_id = work.session, operation["run_id"]
    ensure_ledger(session)
    fence = {"operation": "run", "state": "fenced", "error": fenced(operation, "begin")}
    is_new = insert_ended(session, picked(operation, "run_id", "requested_by"), fence)
    # A part may begin, and pause again, between reading and fencing.
    done = is_new
    run = standing(session, work, run_id)
    while not done and run is not None and run.state == "paused":
        done = end_run(session, run, {"state": "fenced", "error": fenced(operation, "go on", run), "report": None})
        run = standing(session, work, run_id)
    if done:
        never = "begin" if is_new else "go on"
        work.log("info", "run_fenced", f"Run {run_id} is fenced: it will not {never}")
    return told_run(run)


def fenced(operation: dict[str, Any], never: str, run: StoredRun | None = None) -> dict[str, Any]:
    by = f" by {operation['requested_by']}" if "requested_by" in operation else ""
    if run is None:
        stands = "Nothing was executed, nor ever will be."
    else:
        stands = f"{len(run.record['applied'])} of its {len(run.planned)} migrations stand; no more will be executed."
    return {
        "code": "fenced",
        "message": f"Run {operation['run_id']} was told{by} never to {never}. {stands}",
        "hint": "To apply what is pending, begin a new run: migrate-remote run",
    }


MOST_LISTED = 3_000_000


def list_runs(work: Work, operation: dict[str, Any]) -> Findings:
    """The ledger, newest first."""
    runs: list[dict[str, Any]] = []
    size = 0
    for row in read_newest(work.session, operation["limit"]):
        is_dead = row.state == "running" and not row.live
        run = (standing(work.session, work, row.run_id) if is_dead else None) or row
        size += json_size(run.record)
        if size > MOST_LISTED:
            cut = f"The list would have been too big: only the newest {len(runs)} runs are in it."
            return {**nothing_asked(), "runs": runs, "problems": [{"code": "report_cut", "message": cut}]}
        runs.append(run.record)
    return {**nothing_asked(), "runs": runs}


# What the ledger answers.


def recorded(run: StoredRun) -> Findings:
    """What is answered for a run that is final or paused already: what was answered then."""
    report = outline(run) if run.report is None else run.report
    told = {name: value for name, value in report.items() if name not in NOT_TOLD_AGAIN}
    return {**nothing_asked(), **told, "run": run.record}


def outline(run: StoredRun) -> Findings:
    """A row without a report: a fence, or a handler that could not write it any more."""
    error = run.record.get("error") or unexplained(run)
    return {
        **nothing_asked(),
        "current_revisions": run.record["to_revisions"],
        "migrations": plan_entries(run.planned, set(run.record["applied"])),
        **picked(run.record, "plan"),
        **({} if error is None else {"error": error}),
    }


def unexplained(run: StoredRun) -> dict[str, Any] | None:
    """A final state that is no success is never answered as one."""
    if run.state in ("succeeded", "paused"):
        return None
    return {
        "code": "fenced" if run.state == "fenced" else "interrupted",
        "message": f"The ledger says that run {run.run_id} is {run.state}, and not why. This delivery of it executed nothing.",
        "hint": "See what is applied and what is pending: migrate-remote status",
    }


def plan_entries(planned: Iterable[str], stands: Container[str], half: str | None = None) -> list[dict[str, Any]]:
    """``half``: may stand in part, so nobody shall read that it was not executed."""

    def status(revision: str) -> str:
        return "applied" if revision in stands else "failed" if revision == half else "not_executed"

    return [{"revision": revision, "status": status(revision)} for revision in planned]


def already_running(run_id: str, run: StoredRun | None = None) -> Findings:
    """An earlier delivery of the same run is still at work; ``run`` is None before that has recorded anything."""
    record = {} if run is None else run.record
    backend = f", pid {record['pid']}" if "pid" in record else ""
    if record.get("connected") is False:
        message = f"The invocation of run {run_id} is gone, but PostgreSQL is still executing its statement{backend}."
    else:
        message = f"Run {run_id} is still executing{backend}. This delivery of it did nothing."
    hint = f"Follow it to its end: migrate-remote attach {run_id}"
    error = {"code": "already_running", "message": message, "hint": hint}
    return {**nothing_known(error), **({} if run is None else {"run": run.record})}


MOST_KEPT = 2_000_000


def report_of(kind: str, run: dict[str, Any], told: Findings) -> dict[str, Any]:
    """What is kept of an answer. Small enough that a later answer can carry it."""
    kept = {name: value for name, value in told.items() if name not in ("run", "runs", TOLD_BEFORE)}
    facts = {"operation": kind, "success": "error" not in told, "engine": ENGINE}
    return bounded({**facts, **kept, "run_id": run["run_id"], "part": run["part"]}, MOST_KEPT)


#: In findings, never on the wire: an earlier delivery did it, and whoever is to be told of it has been told then.
TOLD_BEFORE = " told before"


def stands_now(work: Work, run_id: str) -> Findings:
    """What the ledger says of a run is the answer, whoever wrote it."""
    row = read_run(work.session, run_id)
    return {**already_running(run_id), TOLD_BEFORE: True} if row is None else duplicate(work, row)


def duplicate(work: Work, run: StoredRun) -> Findings:
    what = "has ended" if is_final(run.state) else "is"
    work.log("warn", "duplicate_delivery", f"Run {run.run_id} {what} {run.state} already; nothing was executed")
    answer = already_running(run.run_id, run) if run.state == "running" else recorded(run)
    return {**answer, TOLD_BEFORE: True}


# Dead runs.


def close_run(work: Work, run: StoredRun) -> None:
    """Step 4, with the lock: writes what a dead run, or one whose lease has ended, came to."""
    outcome = outcome_of(work, work.session, run)
    end_run(work.session, run, outcome)
    state = outcome["state"]
    message = f"Run {run.run_id} was left {run.state} and is closed as {state}"
    work.log("warn", "run_closed", message, {"closed_run_id": run.run_id, "state": state})


def standing(session: Session, work: Work, run_id: str) -> StoredRun | None:
    """How a run stands, for those who have no lock and only read: a dead one as if it had been closed. None where it is not known.

    The order matters. The backend has to be dead before history is read, or a commit in between is missed; and the row has to stand after
    that as it stood before, or what history says may be another run's work.
    """
    while True:
        run = read_run(session, run_id)
        if run is None or run.state != "running" or run.live:
            return run
        outcome = outcome_of(work, session, run)
        again = read_run(session, run_id)
        if again is None or again.state != "running" or again.live or again.part != run.part:
            continue
        report = outcome.pop("report")
        alive = {name: value for name, value in run.record.items() if name != "pid"}
        finished_at = iso_time(datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f%z"))
        return StoredRun({**alive, **outcome, "finished_at": finished_at}, False, report, run.history_repaired)


def outcome_of(work: Work, session: Session, run: StoredRun) -> dict[str, Any]:
    """What a dead run came to: the engine's own history decides."""
    overview = look(session, work.source, work.options)
    assessment = overview.assessment
    is_unreadable = any(problem["code"] == "unreadable_history" for problem in assessment.problems)
    # Where history cannot be read any more, what the run itself noted is all there is.
    stands = set(run.record["applied"] if is_unreadable else assessment.applied)
    applied = [revision for revision in run.planned if revision in stands]
    following = next((revision for revision in run.planned if revision not in stands), None)
    succeeded = run.history_repaired is not False and following is None
    leaves = any(one.revision == following and not one.transactional for one in work.source.migrations)
    # A paused run had not begun it.
    half = following if leaves and run.state == "running" else None
    error = None if succeeded else interrupted(run, applied, half)
    if error is not None and half is not None:
        error = telling_leftovers(session.connection, error)
    told = {**findings(overview, plan_entries(run.planned, stands, half), error), **picked(run.record, "plan")}
    return {
        "state": "succeeded" if succeeded else "interrupted",
        "applied": applied,
        "to_revisions": list(assessment.current),
        "report": report_of(run.record["operation"], run.record, told),
        **({} if error is None else {"error": error}),
    }


def interrupted(run: StoredRun, applied: list[str], half: str | None) -> dict[str, Any]:
    """``half``: the one that was perhaps at work, where it runs outside a transaction. The ledger knows no more than that nobody ended it."""
    if run.state == "paused":
        why = f"Run {run.run_id} was paused after part {run.part}, and nobody went on with it in time."
    else:
        of_part = f" of part {run.part}" if run.part > 1 else ""
        why = f"The invocation of run {run.run_id} ended in the middle{of_part}: it died, or lost its connection to the database."
    message = f"{why} {what_stands(run, applied)}"
    if half is None:
        hint = "See what is pending: migrate-remote status. Then run again: migrate-remote run"
        return {"code": "interrupted", "message": message, "hint": hint}
    return {
        "code": "interrupted",
        "message": f"{message} {half} runs outside a transaction, so some of its statements may stand.",
        "revision": half,
        "hint": f"Look first what stands of {half}. {half_applied(half)}",
    }


def what_stands(run: StoredRun, applied: list[str]) -> str:
    if run.history_repaired is False:
        return "History was not repaired, and nothing was executed."
    total = len(run.planned)
    if total == 0:
        return "Nothing of it stands."
    if not applied:
        return f"None of its {total} migrations stands."
    names = ", ".join(applied[:5]) + (", …" if len(applied) > 5 else "")
    return f"{len(applied)} of its {total} migrations {'stands' if len(applied) == 1 else 'stand'}: {names}."


# At most once.


@dataclass(frozen=True)
class Notes:
    """What the ledger is told on the way."""

    #: Called inside the transaction that repairs history, which fails with it.
    repaired: Callable[[], None]
    #: For people who look meanwhile: never fails, history is the truth.
    applied: Callable[[list[str]], None]


@dataclass(frozen=True)
class Outcome:
    findings: Findings
    #: Of the whole plan, what stands.
    applied: list[str]
    #: It stopped between two migrations because time is short; another part shall go on.
    paused: bool = False


@dataclass(frozen=True)
class Ready:
    """What is to be done, all of it decided by reading, before the run is claimed and anything is written."""

    plan: dict[str, Any] | None
    current: list[str]
    #: History is repaired too, or only.
    repairs: bool
    carry_out: Callable[[Notes], Outcome]


def at_most_once(
    work: Work, operation: dict[str, Any], prepare: Callable[[dict[str, Any] | None], Ready | Findings]
) -> Findings:
    """Steps 2 to 8 of the far-side protocol: whatever is delivered how often, a run is executed at most once.

    ``prepare`` is given the plan that an earlier part claimed.
    """
    run = operation["run"]
    own = read_run(work.session, run["run_id"])
    if own is not None and before_lock(own, run["part"]) != "try-lock":
        return duplicate(work, own)
    holding = False
    try:
        try:
            holder = take_lock(work.session)
            holding = holder is None
            begun = (
                with_the_lock(work, operation, prepare) if holder is None else without_the_lock(work, operation, holder)
            )
        except Exception as error:
            # Until the run is claimed, every error is a refusal: nothing was executed.
            if not isinstance(error, Refusal) and not is_of_database(error):
                raise
            begun = refuse(work, operation, nothing_known(as_refusal(error, work.session.place).error))
        return carry_out(work, operation, begun) if isinstance(begun, Ready) else begun
    finally:
        if holding:
            release_lock(work.session)


def without_the_lock(work: Work, operation: dict[str, Any], holder: dict[str, Any]) -> Findings:
    """Step 3, the lock not had."""
    run_id = operation["run"]["run_id"]
    # Again: whoever had the lock may have recorded something since.
    own = read_run(work.session, run_id)
    answer = without_lock(own, holder.get("run_id"), run_id)
    if answer == "locked":
        raise locked(holder)
    if own is not None and answer == "recorded":
        return duplicate(work, own)
    work.log("warn", "duplicate_delivery", f"Run {run_id} is at work already")
    return {**already_running(run_id, own), TOLD_BEFORE: True}


def with_the_lock(
    work: Work, operation: dict[str, Any], prepare: Callable[[dict[str, Any] | None], Ready | Findings]
) -> Ready | Findings:
    """Steps 4 to 6."""
    session, run = work.session, operation["run"]
    run_id = run["run_id"]
    runs, now = settled_runs(work)
    decided, by = after_closing(runs, run_id, run["part"], now)
    for one in runs_to_close(runs, run_id, now):
        close_run(work, one)
    own = next((one for one in runs if one.run_id == run_id), None)
    if decided in ("recorded", "running"):
        return stands_now(work, run_id)
    if decided == "locked":
        raise kept_out(by)
    if decided == "unknown-part":
        raise unknown_part(run)
    if decided == "claim-new" and is_too_late(run_id, now):
        raise too_late(run_id)
    plan = None if own is None else own.record.get("plan")
    if decided == "claim-part" and (own is None or own.record["operation"] != operation["kind"] or plan is None):
        return stands_now(work, run_id)
    prepared = prepare(plan)
    if not isinstance(prepared, Ready):
        return refuse(work, operation, prepared, own) if "error" in prepared else prepared
    ensure_ledger(session)
    if decided == "claim-part":
        claimed = claim_part(session, run, work.clock.remaining())
    else:
        values = {
            "operation": operation["kind"],
            "engine": ENGINE,
            "from_revisions": prepared.current,
            **({} if prepared.plan is None else {"plan": prepared.plan}),
            **({"history_repaired": False} if prepared.repairs else {}),
        }
        claimed = claim_new(session, run, work.clock.remaining(), values)
    return prepared if claimed else stands_now(work, run_id)


def settled_runs(work: Work) -> tuple[list[StoredRun], float]:
    """A backend that ends lets go of its locks a moment before it is gone itself; only who stays is still at work."""
    until = time.monotonic() + 2
    while True:
        runs, now = read_open_runs(work.session, work.run_id)
        if not any(run.live for run in runs) or time.monotonic() > until:
            return runs, now
        time.sleep(0.05)


def refuse(work: Work, operation: dict[str, Any], told: Findings, paused: StoredRun | None = None) -> Findings:
    """A refusal is recorded, so that the same event delivered again later is refused too. Of a run that is paused it is the end.

    Where it cannot be recorded it is answered all the same, without a record.
    """
    session, run, kind = work.session, operation["run"], operation["kind"]
    if not work.is_identified:
        return told
    try:
        ensure_ledger(session)
        change = {"error": told["error"], "report": report_of(kind, run, told)}
        if paused is None:
            done = insert_ended(session, run, {**change, "operation": kind, "state": "refused", "engine": ENGINE})
        else:
            done = end_run(session, paused, {**change, "state": "interrupted"})
        row = read_run(session, run["run_id"])
        if row is None:
            return told
        return {**told, "run": row.record} if done or row.state == "paused" else duplicate(work, row)
    except Exception:
        work.log("warn", "refusal_not_recorded", "The ledger could not be told that this run was refused")
        return told


def kept_out(by: StoredRun | None) -> Refusal:
    record = {} if by is None else by.record
    run_id = record.get("run_id", "")
    if "lease_until" in record:
        why = f"is between two parts, and keeps others out until {record['lease_until']}"
    else:
        why = "is still executing, though its lock is gone"
    who = f", asked for by {record['requested_by']}," if "requested_by" in record else ""
    return Refusal(
        "locked",
        f"Run {run_id}{who} {why}. Nothing was done.",
        f"Follow it to its end: migrate-remote attach {run_id}",
        lock={"run_id": run_id, "since": record.get("started_at", ""), **picked(record, "requested_by", "pid")},
    )


def too_late(run_id: str) -> Refusal:
    return Refusal(
        "fenced",
        f"Run {run_id} was asked for more than a day ago, so it is not begun any more.",
        "Run anew: migrate-remote run. If it was asked for just now, the clock of that machine is wrong.",
    )


def unknown_part(run: dict[str, Any]) -> Refusal:
    return Refusal(
        "invalid_event",
        f"Part {run['part']} of run {run['run_id']} came, but the ledger of this database has no such run. Nothing was done.",
        "Is it the right database? To apply what is pending, begin a new run: migrate-remote run",
    )


def carry_out(work: Work, operation: dict[str, Any], ready: Ready) -> Findings:
    """Steps 7 and 8."""
    session, run = work.session, operation["run"]

    def repaired() -> None:
        if not update_own(session, run, {"history_repaired": True}):
            raise Refusal(
                "lock_lost",
                f"Run {run['run_id']} was closed by another one. Nothing was executed.",
                "See what stands: migrate-remote status. Then run again.",
            )

    def applied(revisions: list[str]) -> None:
        with contextlib.suppress(Exception):
            update_own(session, run, {"applied": revisions})

    outcome = ready.carry_out(Notes(repaired, applied))
    row = record_outcome(work, operation, outcome)
    if row is not None and row.state == "paused":
        message = f"Run {run['run_id']} pauses after part {run['part']}"
        work.log("info", "run_paused", message, {"lease_until": row.record.get("lease_until")})
    return with_record(outcome.findings, row)


def record_outcome(work: Work, operation: dict[str, Any], outcome: Outcome) -> StoredRun | None:
    session, run, told = work.session, operation["run"], outcome.findings
    error = told.get("error")
    try:
        restore_settings(session.connection, work.settings("record"))
        change = {
            "state": "paused" if outcome.paused else "succeeded" if error is None else "failed",
            "applied": outcome.applied,
            "to_revisions": told["current_revisions"],
            "report": report_of(operation["kind"], run, told),
            **({} if error is None else {"error": error}),
        }
        update_own(session, run, change, work.lease if outcome.paused else None)
        return read_run(session, run["run_id"])
    except Exception:
        work.log(
            "warn", "outcome_not_recorded", "The ledger could not be told the outcome; the next run will find it out"
        )
        return read_elsewhere(work)


def read_elsewhere(work: Work) -> StoredRun | None:
    """On a new connection, because the one that worked is gone."""
    try:
        session = work.open("read")
    except Exception:
        return None
    try:
        return standing(session, work, work.run_id)
    except Exception:
        return None
    finally:
        close_session(session)


def with_record(told: Findings, row: StoredRun | None) -> Findings:
    """Where the ledger says less than what was seen, as after a lost lock, its word is told too."""
    if row is None:
        return told
    # The connection broke, and it had been done all the same.
    if row.state == "succeeded" and "error" in told:
        return recorded(row)
    error = told.get("error") or row.record.get("error")
    # Of a run that nobody ended the ledger can only guess; here it is known what happened.
    seen = {"error": told["error"]} if row.state == "interrupted" and "error" in told else {}
    return {**told, **({} if error is None else {"error": error}), "run": {**row.record, **seen}}


# Run.


def prepare_run(work: Work, operation: dict[str, Any], continued: dict[str, Any] | None) -> Ready | Findings:
    """Finds out what there is to apply. ``continued``: the plan that an earlier part of this run claimed."""
    before = look(work.session, work.source, work.options)
    assessment = before.assessment
    log_state(work, assessment)
    try:
        if work.options.guard is not None:
            work.options.guard(work)
        repairs: tuple[str, ...] | None = None
        if operation["fix_history"] and assessment.state == "tables_without_migration_history":
            repairs = recognised(work)
            assessment = standing_at(work.source, repairs)
        if continued is None:
            planned = plan_run(work, operation, assessment)
        else:
            planned = plan_next_part(work, operation["run"], continued, assessment)
    except Refusal as error:
        plan = {} if continued is None else {"plan": continued}
        return {**findings(before, run_entries(work, before, []), error.error), **plan}
    if not planned.rest and repairs is None and continued is None:
        work.log("info", "up_to_date", "Database is up to date")
        return {**findings(before, run_entries(work, before, [])), "plan": planned.plan}
    return Ready(
        planned.plan,
        list(before.assessment.current),
        repairs is not None,
        lambda notes: execute(work, before, repairs, planned, notes),
    )


def recognised(work: Work) -> tuple[str, ...]:
    """The heads that the schema itself says it has. Raises a ``Refusal`` where it does not say."""
    count = len(work.source.migrations)
    work.log("info", "history_compared", f"Comparing the schema with {count} migrations...")
    opened: list[Session] = []

    def open_database(name: str) -> Any:
        opened.append(work.open("migrate", name))
        return opened[-1].connection

    try:
        return tuple(recognise(work.session.connection, work.source, work.options, open_database))
    finally:
        for session in opened:
            close_session(session)


def execute(work: Work, before: Overview, repairs: tuple[str, ...] | None, planned: RunPlan, notes: Notes) -> Outcome:
    """Applies what is left of the plan. What happened is read back from the database, not computed."""
    changes: list[dict[str, Any]] = []
    if repairs is not None:
        changes = changed_entries(work, before, repairs)
        try:
            rewrite(work, repairs, changes, notes)
        except Refusal as error:
            told = findings(before, run_entries(work, before, []), error.error)
            return Outcome({**told, "plan": planned.plan}, [])
    total = len(planned.rest)
    work.log("info", "run_started", f"Running {total} pending migrations...", {"total": total})
    apply = apply_plan if work.options.command is None else apply_by_command
    progress = apply(work, planned, notes)
    after = read_back(work, progress)
    entries, error = judge(progress, planned, after)
    # Whoever sent it without a run id cannot send its next part.
    if error is None and progress.paused and not work.is_identified:
        error = stopped_for_good(progress, planned)
    if error is None and not progress.paused:
        came = f"{', '.join(before.assessment.current) or '(none)'} → {', '.join(after.assessment.current)}"
        work.log("info", "run_succeeded", f"Database migrations completed successfully. Revision: {came}")
    told = findings(after, run_entries(work, after, [*changes, *entries]), error)
    told = {**told, "plan": planned.plan, "problems": [*progress.problems, *told["problems"]]}
    applied = [entry["revision"] for entry in entries if entry["status"] == "applied"]
    return Outcome(told, applied, progress.paused and error is None)


def stopped_for_good(progress: Progress, planned: RunPlan) -> dict[str, Any]:
    count, total = len(progress.applied), len(planned.rest)
    return {
        "code": "interrupted",
        "message": "The function's time limit is near, so it stopped between two migrations: "
        f"{count} of {total} are applied, none failed.",
        "hint": "Send the event again to apply the rest, or send it with `migrate-remote run`, which goes on by itself.",
    }


@dataclass(frozen=True)
class Progress:
    """How far a plan came."""

    #: Revision → milliseconds.
    applied: dict[str, int]
    #: Where it stopped; its error is None where the connection broke while it was being applied.
    stopped: str | None = None
    error: Refusal | None = None
    #: It stopped between two migrations, because there is too little time for one more.
    paused: bool = False
    #: What does not make it a failure, and has to be told.
    problems: tuple[dict[str, Any], ...] = ()


def apply_plan(work: Work, planned: RunPlan, notes: Notes) -> Progress:
    """Applies one migration after the other until one stops it, or until time is short.

    The first one is tried in any case: a part that applies nothing would make the next one do the same, for ever.
    """
    clock = work.clock
    applied: dict[str, int] = {}
    before = [one.revision for one in planned.all[: len(planned.all) - len(planned.rest)]]
    longest = 0.0
    total = len(planned.all)
    for migration in planned.rest:
        revision = migration.revision
        index = len(before) + len(applied) + 1
        fields = {"revision": revision, "index": index, "total": total}
        if applied and not time_for_another(clock.budget_left(), longest, clock.stop_before):
            return Progress(applied, revision, out_of_budget(work, len(before) + len(applied), total))
        if applied and not time_for_another(clock.function_left(), longest, clock.stop_before):
            return Progress(applied, paused=True)
        began = time.monotonic()
        found: list[str] = []
        try:
            if clock.left() == 0:
                raise out_of_time(work, planned)
            restore_settings(work.session.connection, work.settings("migrate"))
            if applied:
                notes.applied([*before, *applied])
            work.log("info", "migration_started", f"Applying {revision} ({index}/{total})", fields)
            with hearing_notices(work), deadline(work) as found:
                apply_step(work.session.connection, migration, work.options, lambda: verify_lock(work.session))
            took = (time.monotonic() - began) * 1000
            applied[revision] = round(took)
            longest = max(longest, took)
            work.log(
                "info",
                "migration_applied",
                f"Applied {revision} in {round(took)} ms",
                {**fields, "duration_ms": round(took)},
            )
        except Exception as error:
            took = (time.monotonic() - began) * 1000
            lost = is_broken(work, error)
            if lost:
                close_session(work.session)
            if not lost and not isinstance(error, Refusal) and not is_of_database(error):
                error = failed_in_handler(revision, error)
            seen = thought_too_long(work, revision, found, took) if lost else as_refusal(error, work.session.place)
            cancelled = seen is not None and ran_out_of_time(work, seen)
            refused = outlived(work, seen, took) if cancelled and seen is not None else seen
            if cancelled and applied and migration.transactional and clock.budget_left() > clock.stop_before:
                message = f"{revision} needs longer than is left; the next part begins with it"
                work.log("info", "migration_put_off", message, fields)
                return Progress(applied, paused=True)
            broke = f"The connection to the database broke while {revision} was being applied"
            why = broke if refused is None else str(refused)
            work.log("error", "migration_failed", why, {**fields, "duration_ms": round(took)})
            return Progress(applied, revision, refused)
    return Progress(applied)


def is_broken(work: Work, error: BaseException) -> bool:
    connection = work.session.connection
    return is_connection_lost(error) or connection.closed or connection.invalidated


def failed_in_handler(revision: str, error: Exception) -> Refusal:
    """What no part of the handler expected; its type and words are all there is to go by."""
    return Refusal(
        "migration_failed",
        f"{revision} failed: {type(error).__name__}: {bounded_text(str(error), 1000)}",
        "Look at the function's logs: migrate-remote logs --last",
        revision=revision,
    )


#: Between PostgreSQL's statement_timeout, our own cancellation after it, and its being heard of.
DEADLINE_SPREAD = 100


def ran_out_of_time(work: Work, refusal: Refusal) -> bool:
    """Cancelled by our own deadline, and rolled back: with a whole part before it there may be time enough."""
    return refusal.error.get("sqlstate") == "57014" and work.clock.left() < DEADLINE_SPREAD


def outlived(work: Work, refusal: Refusal, took: float) -> Refusal:
    """PostgreSQL says only that the statement was cancelled, not that it was we, and why."""
    details = {name: value for name, value in refusal.error.items() if name not in ("code", "message", "hint")}
    # Whichever ends first: to raise the other one would change nothing.
    if work.clock.budget_left() < work.clock.function_left():
        limit = f"the run's time, MIGRATION_TIMEOUT ({work.options.migration_timeout:g} s), allows"
        hint = "Raise MIGRATION_TIMEOUT, or split the migration."
    else:
        limit = "the function has"
        hint = "The function's time limit was near. Raise its timeout, or split the migration."
    message = f"{refusal.error['message']} It was stopped after {took / 1000:.1f} s: it needs longer than {limit}."
    return Refusal(refusal.error["code"], message, hint, **details)


def out_of_time(work: Work, planned: RunPlan) -> Refusal:
    if work.clock.budget_left() < work.clock.function_left():
        return out_of_budget(work, len(planned.all) - len(planned.rest), len(planned.all))
    return Refusal(
        "internal_error",
        f"The function's time limit was reached before the first of {len(planned.rest)} migrations could be started. "
        "Nothing was executed.",
        "Raise the function's time limit, or lower stop_before in its handler. Then run again: migrate-remote run",
    )


def out_of_budget(work: Work, stand: int, total: int) -> Refusal:
    return Refusal(
        "interrupted",
        f"The run's time, MIGRATION_TIMEOUT ({work.options.migration_timeout:g} s), is used up: {stand} of its {total} migrations stand, "
        "and no further one was begun.",
        "Raise MIGRATION_TIMEOUT. To apply the rest, begin a new run: migrate-remote run",
    )


MOST_NOTICES = 100


@contextlib.contextmanager
def hearing_notices(work: Work) -> Iterator[None]:
    """Logs what a migration says by RAISE NOTICE; a loop may say it a million times.

    SQLAlchemy writes psycopg's and psycopg2's to a logger of its own; pg8000 keeps them with the connection.
    """
    heard = itertools.count(1)

    def hear(text: str) -> None:
        number = next(heard)
        if number <= MOST_NOTICES:
            work.log("info", "notice", bounded_text(re.sub(r":\s+", ": ", text.strip(), count=1), 1000))
        if number == MOST_NOTICES:
            work.log("info", "notice", "Further notices are not logged.")

    listener = logging.Handler()
    listener.emit = lambda record: hear(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("sqlalchemy.dialects.postgresql")
    before = (logger.level, logger.propagate, logger.disabled)
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    logger.propagate = logger.disabled = False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(before[0])
        logger.propagate, logger.disabled = before[1:]
        for text in kept_notices(work.session.connection):
            hear(text)


def kept_notices(connection: Any) -> list[str]:
    with contextlib.suppress(Exception):
        kept = connection.connection.dbapi_connection.notices
        texts = [server_notice(notice) for notice in list(kept)]
        kept.clear()
        return texts
    return []


def server_notice(notice: Any) -> str:
    """psycopg2 keeps texts, pg8000 the fields of PostgreSQL's message."""
    if isinstance(notice, dict):
        fields = {plain(name): plain(value) for name, value in notice.items()}
        return f"{fields.get('S', 'NOTICE')}: {fields.get('M', '')}"
    return str(notice)


def plain(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


#: After ``statement_timeout``, which says more clearly what happened.
GRACE = 0.25


@contextlib.contextmanager
def deadline(work: Work) -> Iterator[list[str]]:
    """Cancels what PostgreSQL does for us when the function's time is nearly over; gives what it found our backend doing then.

    ``statement_timeout`` alone is not enough: it begins anew with each statement, a migration in Python may think for long between two,
    and where the network went silent nothing of it arrives here.
    """
    found: list[str] = []
    delay = work.clock.left() / 1000 + GRACE
    if math.isinf(delay):
        yield found
        return
    ended = threading.Event()

    def cancel() -> None:
        if not ended.wait(min(delay, threading.TIMEOUT_MAX)):
            found.extend(cancel_backend(work))

    def abort() -> None:
        if ended.wait(min(delay, threading.TIMEOUT_MAX)):
            return
        # Nothing is heard of it: better to ask on a new connection while there is time.
        if not ended.wait(min(1.0, work.clock.rest() / 3000)):
            abort_connection(work.session.connection)

    threads = [threading.Thread(target=target, daemon=True) for target in (cancel, abort)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        ended.set()
        # A cancellation still under way would meet the next statement.
        for thread in threads:
            thread.join()


def cancel_backend(work: Work) -> list[str]:
    """What our backend was doing. Where that cannot be asked, the connection is broken off, and PostgreSQL notices that its client is gone."""
    with contextlib.suppress(Exception):
        session = work.open("read")
        try:
            rows = query(
                session.connection,
                "SELECT state, CASE WHEN state = 'active' THEN pg_catalog.pg_cancel_backend(pid) END AS cancelled "
                "FROM pg_catalog.pg_stat_activity WHERE pid = :pid",
                pid=work.session.pid,
            )
            return [row["state"] for row in rows if row["state"] is not None]
        finally:
            close_session(session)
    return []


def thought_too_long(work: Work, revision: str, found: list[str], took: float) -> Refusal | None:
    """We broke the connection off ourselves, while PostgreSQL waited for the next statement."""
    if not any(state.startswith("idle in transaction") for state in found):
        return None
    said = Refusal("migration_failed", f"{revision} was still at work between two statements.", revision=revision)
    return outlived(work, said, took)


def read_back(work: Work, progress: Progress) -> Overview:
    """On the same connection where there still is one."""
    broke = progress.stopped is not None and progress.error is None
    if not broke:
        # Gone meanwhile, a new connection tells as well.
        with contextlib.suppress(Exception):
            roll_back(work.session.connection)
            restore_settings(work.session.connection, work.settings("record"))
            return look(work.session, work.source, work.options)
    overview = recover(work)
    if overview is not None:
        return overview
    # A report would have to say what nobody knows. As a failed function it sends whoever asked to the database itself.
    where = "at the end" if progress.stopped is None else f"while {progress.stopped} was being applied"
    why = "" if progress.error is None else f" Before that: {progress.error}"
    raise RuntimeError(
        f"The connection to the database broke {where} and could not be made again in time, so what stands is not known here.{why} "
        "Ask the database when it answers again."
    )


PATIENCE = 20.0
PAUSE = 0.2


def recover(work: Work) -> Overview | None:
    """After the connection broke in the middle of a run: asks the database, on a new connection, what stands.

    None where it cannot be asked, or where the old backend is still at work, so that what it says may change.
    """
    until = time.monotonic() + min(PATIENCE, work.clock.rest() * 0.8 / 1000)
    session = reconnect(work, until)
    if session is None:
        return None
    try:
        if not old_backend_ended(session, work, until):
            return None
        return look(session, work.source, work.options)
    except Exception:
        return None
    finally:
        close_session(session)


def reconnect(work: Work, until: float) -> Session | None:
    while True:
        try:
            return work.open("read")
        except Exception:
            if time.monotonic() + PAUSE > until:
                return None
            time.sleep(PAUSE)


def old_backend_ended(session: Session, work: Work, until: float) -> bool:
    """A backend whose client is gone ends within seconds by itself (``client_connection_check_interval``), where the server can notice.

    It is ended here so that what it was doing is certainly over; the run's name makes sure that it is ours.
    """
    while True:
        rows = query(
            session.connection,
            "SELECT pg_catalog.pg_terminate_backend(pid) AS told FROM pg_catalog.pg_stat_activity "
            "WHERE pid = :pid AND pid <> pg_catalog.pg_backend_pid() AND application_name = :name",
            pid=work.session.pid,
            name=work.settings("read")["application_name"],
        )
        if not rows:
            return True
        if time.monotonic() + PAUSE > until:
            return False
        time.sleep(PAUSE)


def judge(progress: Progress, planned: RunPlan, after: Overview) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """What history says decides; what was seen on the way only explains."""
    stands = set(after.assessment.applied)
    # Only what was begun can have failed; a lost lock stops before.
    is_failure = progress.error is None or progress.error.error["code"] == "migration_failed"
    failed = progress.stopped if progress.stopped not in stands and is_failure else None
    entries = []
    for one in planned.all:
        status = "applied" if one.revision in stands else "failed" if one.revision == failed else "not_executed"
        took = {"duration_ms": progress.applied[one.revision]} if one.revision in progress.applied else {}
        facts = {"checksum": one.checksum, "transactional": one.transactional}
        entries.append({"revision": one.revision, "status": status, **facts, **took, **told_of(one)})
    if progress.stopped is None or all(entry["status"] == "applied" for entry in entries):
        return entries, None
    if progress.error is not None:
        return entries, progress.error.error
    return entries, broken_connection(progress.stopped, stands, planned)


def broken_connection(revision: str, stands: Container[str], planned: RunPlan) -> dict[str, Any]:
    transactional = all(one.transactional for one in planned.all if one.revision == revision)
    hint = "See what is applied: migrate-remote status. Then run again."
    if revision in stands:
        outcome = "The database has it all the same; what comes after it was not executed."
    elif not transactional:
        outcome = "It runs outside a transaction, so some of its statements may stand."
        hint = f"Look first what stands of it. {half_applied(revision)}"
    else:
        outcome = "The database has nothing of it."
    return {
        "code": "database_unreachable",
        "message": f"The connection to the database broke while {revision} was being applied. {outcome}",
        "revision": revision,
        "hint": hint,
    }


def run_entries(work: Work, overview: Overview, of_this_run: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assessment = overview.assessment
    told = {entry["revision"]: entry for entry in of_this_run}
    before = [entry for entry in applied_entries(work.source, assessment, "skipped") if entry["revision"] not in told]
    after = [pending_entry(one) for one in assessment.pending if one.revision not in told]
    return [*before, *told.values(), *after]


# Repairing history.


def rewrite(work: Work, heads: tuple[str, ...], changes: list[dict[str, Any]], notes: Notes) -> None:
    """Writes history, all or nothing."""

    def alongside() -> None:
        verify_lock(work.session)
        notes.repaired()

    try:
        stamp(work.session.connection, heads, work.options, alongside)
    except Exception as error:
        if isinstance(error, Refusal) or not is_of_database(error) or is_broken(work, error):
            raise
        raise as_refusal(error, work.session.place) from None
    for entry in changes:
        event, what = (
            ("history_recorded", "Recorded") if entry["status"] == "recorded" else ("history_removed", "Removed")
        )
        work.log("info", event, f"{what} {entry['revision']}", {"revision": entry["revision"]})


def changed_entries(work: Work, before: Overview, heads: tuple[str, ...]) -> list[dict[str, Any]]:
    """What history says afterwards and did not before, and the other way round."""
    had = {*before.assessment.applied, *before.history.versions}
    has = set(standing_at(work.source, heads).applied)
    known = {one.revision: one for one in work.source.migrations}
    recorded_now = [
        {"revision": one.revision, "status": "recorded", "checksum": one.checksum, **told_of(one)}
        for one in work.source.migrations
        if one.revision in has and one.revision not in had
    ]
    order = [*before.assessment.applied, *before.history.versions]
    gone = [revision for revision in dict.fromkeys(order) if revision not in has]
    removed = [
        {"revision": revision, "status": "removed", **(told_of(known[revision]) if revision in known else {})}
        for revision in gone
    ]
    return [*recorded_now, *removed]


def prepare_repair(work: Work, operation: dict[str, Any]) -> Ready | Findings:
    """Repairs history without executing a migration. Done twice it changes nothing more."""
    before = look(work.session, work.source, work.options)
    try:
        needed = needed_heads(work, operation.get("revision"), before)
        heads = recognised(work) if needed is None else needed
        if is_repaired(before, heads):
            work.log("info", "history_repaired", "Migration history needs no repair")
            return findings(before, repair_entries(work, before, []))
        expected = operation["run"].get("plan_id")
        if needed is not None and expected not in (None, repair_plan(work, before, needed)["id"]):
            raise Refusal(
                "plan_changed",
                "The repair is not the one that was shown: the database or the deployed function changed since. Nothing was changed.",
                "Look at the new one: migrate-remote fix-history --revision REV",
            )
    except Refusal as error:
        return findings(before, repair_entries(work, before, []), error.error)
    return Ready(None, list(before.assessment.current), True, lambda notes: repair(work, before, heads, notes))


def is_repaired(before: Overview, heads: Iterable[str]) -> bool:
    return sorted(heads) == sorted(before.history.versions)


def repair_dry_run(work: Work, operation: dict[str, Any]) -> Findings:
    """What a repair would change. Only reads: what has to be found out from the schema is not found out here."""
    before = look(work.session, work.source, work.options)
    answer = findings(before, repair_entries(work, before, []))
    try:
        heads = needed_heads(work, operation.get("revision"), before)
    except Refusal as error:
        return {**answer, "error": error.error}
    if heads is None:
        return {**answer, "problems": [REPAIR_UNKNOWN, *answer["problems"]]}
    if is_repaired(before, heads):
        return answer
    after = replace(before, assessment=standing_at(work.source, heads))
    entries = repair_entries(work, after, changed_entries(work, before, heads))
    return {**answer, "migrations": entries, "plan": repair_plan(work, before, heads)}


REPAIR_UNKNOWN = {
    "code": "plan_unknown",
    "message": "What has to be recorded is found out from the schema, which needs a scratch database, and a dry-run creates none.",
}


def repair_plan(work: Work, before: Overview, heads: tuple[str, ...]) -> dict[str, Any]:
    """What a repair is known by, so that what was shown is what is carried out."""
    changes = changed_entries(work, before, heads)
    record = [(one["revision"], one["checksum"]) for one in changes if one["status"] == "recorded"]
    remove = [one["revision"] for one in changes if one["status"] == "removed"]
    versions = sorted(before.history.versions)
    return {
        "id": repair_id(ENGINE, versions, heads, record, remove),
        "from": versions,
        "target": ",".join(heads) or None,
        "revisions": [],
    }


def repair(work: Work, before: Overview, heads: tuple[str, ...], notes: Notes) -> Outcome:
    changes = changed_entries(work, before, heads)
    try:
        rewrite(work, heads, changes, notes)
    except Refusal as error:
        return Outcome(findings(before, repair_entries(work, before, []), error.error), [])
    after = look(work.session, work.source, work.options)
    work.log("info", "history_repaired", f"Migration history repaired: {len(changes)} changes")
    return Outcome(findings(after, repair_entries(work, after, changes)), [])


def needed_heads(work: Work, wanted: str | None, overview: Overview) -> tuple[str, ...] | None:
    """The heads that history has to say; None: the schema itself has to tell."""
    assessment = overview.assessment
    unreadable = next((one for one in assessment.problems if one["code"] == "unreadable_history"), None)
    if unreadable is not None:
        raise Refusal(
            "inconsistent_history",
            f"{unreadable['message']} Nothing was changed.",
            "Rename that table, or give Alembic another one: version_table in the project's env.py.",
        )
    if wanted is not None:
        return named_heads(work.source, wanted)
    if assessment.state == "tables_without_migration_history":
        return None
    if assessment.state != "inconsistent":
        return overview.history.versions
    raise Refusal(
        "inconsistent_history",
        "History has revisions that the deployed function does not have, so what is true cannot be found out. Nothing was changed.",
        "Deploy the function that has them, or say what is applied: migrate-remote fix-history --revision REV",
    )


def named_heads(source: Source, wanted: str) -> tuple[str, ...]:
    """Revisions that a person names, several joined by commas, without those that another one of them includes."""
    found = ",".join(find_revision(source, name.strip()) for name in wanted.split(","))
    named = set(found.split(","))
    empty = blank(source)
    below = {one.revision for head in named for one in pending_to(source, empty, head) if one.revision != head}
    return tuple(one.revision for one in source.migrations if one.revision in named - below)


def repair_entries(work: Work, overview: Overview, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assessment = overview.assessment
    changed = {change["revision"]: change for change in changes}
    applied = applied_entries(work.source, assessment, "applied")
    told = [{**entry, **changed.get(entry["revision"], {})} for entry in applied]
    removed = [change for change in changes if change["status"] == "removed"]
    pending = [pending_entry(one) for one in assessment.pending if one.revision not in changed]
    return [*told, *removed, *pending]


# --- Notices and metrics -----------------------------------------------------------------------------------------------------------

NOTICE_SECONDS = 3.0

CONNECTION_ERRORS = frozenset(("database_unreachable", "database_authentication_failed", "database_not_found"))

# Somebody was told no before anything was executed: neither a success nor a failure of a migration.
DELIBERATE_REFUSALS = frozenset(
    """already_running confirm_required fenced invalid_event locked out_of_order plan_changed target_behind_current
    unknown_revision unsupported_operation""".split()
)


@dataclass(frozen=True)
class NoticeSettings:
    """Whom to tell, and what the function is called by those who are told."""

    stage: str
    topic: str = ""
    function: str = ""
    log_stream: str = ""
    cold_start: bool = False


def notice_settings(environ: Mapping[str, str], context: Any = None, cold_start: bool = False) -> NoticeSettings:
    function = str(getattr(context, "function_name", None) or environ.get("AWS_LAMBDA_FUNCTION_NAME", ""))
    return NoticeSettings(
        stage=stage_of(environ, function),
        topic=environ.get("MIGRATION_SNS_TOPIC_ARN", "").strip(),
        function=function,
        log_stream=str(getattr(context, "log_stream_name", None) or environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")),
        cold_start=cold_start,
    )


def stage_of(environ: Mapping[str, str], function: str) -> str:
    """What the environment says, else the last part of a name like ``app-api-migrate-lambda-dev``."""
    named = next(
        (environ[name] for name in ("MIGRATE_REMOTE_STAGE", "STAGE", "SST_STAGE") if environ.get(name, "").strip()), ""
    )
    return clean_word(named) or sst_stage(environ) or clean_word(function.rpartition("-")[2]) or "unknown"


def sst_stage(environ: Mapping[str, str]) -> str:
    try:
        app = json.loads(environ.get("SST_RESOURCE_App", ""))
    except ValueError:
        return ""
    stage = app.get("stage") if isinstance(app, dict) else None
    return clean_word(stage) if isinstance(stage, str) else ""


def clean_word(text: str) -> str:
    """Fit for a metric's dimension and a mail's subject: one line of printable characters."""
    return re.sub(r"[^\x21-\x7e]+", "-", text.strip())[:60]


def tell_outcome(report: Mapping[str, Any], settings: NoticeSettings, log: Callable[..., None]) -> None:
    """Metrics and a notice, for a report on its way out. Takes three seconds at most and never raises: the migration is done."""
    try:
        metrics = metrics_of(report, settings)
        if metrics:
            log("info", "metrics", metrics_message(metrics), embedded_metrics(metrics, report, settings))
        if settings.topic and is_worth_a_notice(report):
            failure = publish_notice(report, settings)
            if failure:
                log(
                    "warn",
                    "notice_not_sent",
                    f"The SNS notice could not be sent ({failure}). The report is not affected.",
                )
    except Exception as error:
        with contextlib.suppress(Exception):
            log("warn", "notice_not_sent", f"Notice and metrics could not be told ({type(error).__name__}).")


def is_write(report: Mapping[str, Any]) -> bool:
    return report.get("operation") in ("run", "fix-history")


def error_code(report: Mapping[str, Any]) -> str:
    error = report.get("error")
    return str(error.get("code", "internal_error")) if isinstance(error, Mapping) else ""


def run_state(report: Mapping[str, Any]) -> str:
    run = report.get("run")
    return str(run.get("state", "")) if isinstance(run, Mapping) else ""


def revisions_with(report: Mapping[str, Any], *statuses: str) -> list[str]:
    return [str(entry["revision"]) for entry in report.get("migrations", ()) if entry.get("status") in statuses]


def applied_now(report: Mapping[str, Any]) -> list[str]:
    """In the report of a repair ``applied`` means that it stands."""
    return revisions_with(report, "applied") if report.get("operation") == "run" else []


def is_paused(report: Mapping[str, Any]) -> bool:
    return run_state(report) == "paused" and not error_code(report)


def metrics_of(report: Mapping[str, Any], settings: NoticeSettings) -> dict[str, float]:
    """What is counted. A pause is no end yet: the run's last part tells of them all."""
    code = error_code(report)
    unreachable = code in CONNECTION_ERRORS
    if is_paused(report) or not (is_write(report) or unreachable):
        return {}
    metrics: dict[str, float] = {}
    if is_write(report) and code not in DELIBERATE_REFUSALS:
        metrics["MigrationDuration"] = duration_ms(report)
        metrics["MigrationsApplied"] = len(applied_now(report))
        metrics["MigrationSuccess"] = 0 if code else 1
        metrics["MigrationFailure"] = 1 if code else 0
    metrics["DatabaseConnectionErrors"] = 1 if unreachable else 0
    metrics["ColdStart"] = 1 if settings.cold_start else 0
    return metrics


def duration_ms(report: Mapping[str, Any]) -> float:
    """This invocation's own time; of a run that took several, from the first one's beginning to the last one's end."""
    run = report.get("run")
    if isinstance(run, Mapping) and run.get("part", 1) != 1:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            return round(epoch_ms(run["finished_at"]) - epoch_ms(run["started_at"]))
    return report.get("duration_ms") or 0


def metrics_message(metrics: Mapping[str, float]) -> str:
    if "MigrationsApplied" not in metrics:
        return "Metrics"
    return f"Metrics: {metrics['MigrationsApplied']} applied in {metrics['MigrationDuration']} ms"


def embedded_metrics(
    metrics: Mapping[str, float], report: Mapping[str, Any], settings: NoticeSettings
) -> dict[str, Any]:
    """CloudWatch's Embedded Metric Format: CloudWatch Logs makes metrics of a line that carries these members at its top."""
    directive = {
        "Namespace": "migrate-remote",
        "Dimensions": [["stage", "engine"]],
        "Metrics": [
            {"Name": name, "Unit": "Milliseconds" if name == "MigrationDuration" else "Count"} for name in metrics
        ],
    }
    return {
        "stage": settings.stage,
        "engine": str(report.get("engine") or "alembic"),
        **metrics,
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
    }


def is_worth_a_notice(report: Mapping[str, Any]) -> bool:
    """A run or repair that changed something, or that failed."""
    if not is_write(report) or is_paused(report):
        return False
    code = error_code(report)
    if code:
        return code not in DELIBERATE_REFUSALS
    return bool(applied_now(report) or revisions_with(report, "recorded", "removed"))


def publish_notice(report: Mapping[str, Any], settings: NoticeSettings) -> str:
    """Empty, or why it was not sent. Beside the main thread, because neither a name server nor an import keeps to a timeout."""
    failures: list[str] = []
    thread = threading.Thread(target=lambda: failures.append(publish(report, settings)), daemon=True)
    thread.start()
    thread.join(NOTICE_SECONDS)
    return failures[0] if failures else f"no answer within {NOTICE_SECONDS:.0f} s"


def publish(report: Mapping[str, Any], settings: NoticeSettings) -> str:
    message = {"TopicArn": settings.topic, "Message": notice_text(report, settings)}
    subject = notice_title(report, settings)[:99]
    try:
        client = aws_client("sns", settings.topic, timeout=NOTICE_SECONDS, attempts=1)
        try:
            client.publish(Subject=subject, **message)
        except Exception as error:
            if aws_error_name(error) != "InvalidParameter":
                raise
            # SNS took ASCII alone once, and what stands in for it may still.
            client.publish(Subject=re.sub(r"[^\x20-\x7e]+", "", subject).strip(), **message)
    except Exception as error:
        return aws_error_name(error)
    return ""


def notice_title(report: Mapping[str, Any], settings: NoticeSettings) -> str:
    end = "✗ Database Migration Failed" if error_code(report) else "✓ Database Migration Successful"
    return f"{end} ({settings.stage})"


MOST_REVISIONS = 20


def notice_text(report: Mapping[str, Any], settings: NoticeSettings) -> str:
    """The report in short, for a person with a mail in front of them and nothing else."""
    run = report.get("run") or {}
    plan = report.get("plan") or {}
    error = report.get("error") or {}
    database = report.get("database") or {}
    run_id = report.get("run_id") or run.get("run_id")
    before = run.get("from_revisions", plan.get("from"))
    after = report.get("current_revisions") or ()
    lines = {
        "Stage": settings.stage,
        "Function": settings.function,
        "Run": run_id,
        "Requested by": run.get("requested_by"),
        "Engine": report.get("engine"),
        "Database": f"{database['name']} on {database['host']}"
        if database.get("name") and database.get("host")
        else None,
        "Revision": None if before is None else f"{listed(before)} → {listed(after)}",
        "Applied": counted(applied_now(report)),
        "Repaired": counted(revisions_with(report, "recorded", "removed")),
        "Duration": f"{duration_ms(report)} ms",
        "Snapshot": run.get("snapshot_id"),
        "Error": f"{error['code']}: {error.get('message', '')}" if error.get("code") else None,
        "Next": error.get("hint"),
        "Log stream": settings.log_stream,
    }
    further = [
        f"migrate-remote runs {run_id} --stage {settings.stage}",
        f"migrate-remote logs --run {run_id} --stage {settings.stage}",
    ]
    told = [f"{name}: {value}" for name, value in lines.items() if value]
    text = "\n".join([notice_title(report, settings), "", *told, "", *(further if run_id else [])])
    return redact(text)[:20_000].rstrip() + "\n"


def listed(revisions: Sequence[str]) -> str:
    return ", ".join(revisions) or "(none)"


def counted(revisions: Sequence[str]) -> str:
    more = "" if len(revisions) <= MOST_REVISIONS else f", … {len(revisions) - MOST_REVISIONS} more"
    return f"{len(revisions)} ({', '.join(revisions[:MOST_REVISIONS])}{more})" if revisions else ""


# --- Migrating at a cold start ---------------------------------------------------------------------------------------------------

AUTO_MIGRATE_BY = "auto-migrate"
AUTO_MIGRATE_SECONDS = 300.0

# Where one may try things out. Whatever else FLASK_ENV and APP_ENV say, and when they say nothing, is taken for production.
DEVELOPMENT = frozenset(("dev", "develop", "development", "local", "test", "testing"))

# Ends with which an application that needs its schema may serve.
SERVES = frozenset(("disabled", "up_to_date", "migrated"))

# The one state that is a container's own: what its one attempt came to.
auto_migrated: dict[str, Any] = {}
auto_migrating = threading.Lock()


@dataclass(frozen=True)
class ColdStart:
    """One container's attempt."""

    options: Options
    context: Any
    log: Callable[..., None]
    production: bool
    deadline: float  # of time.monotonic()
    stage: str


def auto_migrate(options: Options | None = None, context: Any = None) -> dict[str, Any]:
    """Migrates before the application serves, where ``AUTO_MIGRATE`` is true: once a container, whoever calls it how often.

    Call it first thing in the Lambda's handler, with its context: while a module is imported Lambda allows ten seconds alone.

    Answers ``{"outcome", "message", ...}``. The outcomes: ``disabled``, ``up_to_date``, ``migrated``; ``not_permitted`` (in
    production it neither repairs history nor applies what destroys data, which is a person's to do), ``inconsistent``, ``put_off`` (the
    same plan failed a short while ago), ``busy`` (the time was over while another container still migrated), ``failed``.
    It never raises, and so never keeps the application from serving, except where ``MIGRATION_REQUIRED`` is true: then everything
    but the first three raises ``RuntimeError``, and the next call tries again.
    """
    if not is_on(os.environ.get("AUTO_MIGRATE")):
        return {"outcome": "disabled", "message": "AUTO_MIGRATE is not true"}
    required = is_on(os.environ.get("MIGRATION_REQUIRED"))
    with auto_migrating:
        if not auto_migrated or (required and auto_migrated["outcome"] not in SERVES):
            auto_migrated.clear()
            auto_migrated.update(attempt(options, context))
        told = dict(auto_migrated)
    if required and told["outcome"] not in SERVES:
        raise RuntimeError(f"MIGRATION_REQUIRED is set, and the database is not migrated. {told['message']}")
    return told


def is_on(text: str | None) -> bool:
    return (text or "").strip().lower() in ("1", "true", "yes", "on")


def is_production(environ: Mapping[str, str]) -> bool:
    named = [environ[name].strip().lower() for name in ("FLASK_ENV", "APP_ENV") if environ.get(name, "").strip()]
    return not named or any(name not in DEVELOPMENT for name in named)


def attempt(options: Options | None, context: Any) -> dict[str, Any]:
    log = create_log(print_line)
    start = ColdStart(Options(), context, log, production=True, deadline=0, stage="unknown")
    try:
        options = options or options_from(os.environ)
        start = cold_start_of(options, context, create_log(options.log))
        return migrate_at_start(start)
    except Refusal as refusal:
        return served_without(start, "failed", refusal.error["message"])
    except (Exception, SystemExit) as error:
        # The message of what nobody foresaw may hold anything.
        return served_without(start, "failed", f"It ended with {type(error).__name__}.")


def cold_start_of(options: Options, context: Any, log: Callable[..., None]) -> ColdStart:
    seconds = options.migration_timeout or AUTO_MIGRATE_SECONDS
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    # A request waits for the application meanwhile, which needs some of its time too.
    wait = min(seconds, remaining() / 2000) if callable(remaining) else seconds
    return ColdStart(
        options=replace(options, migration_timeout=seconds),
        context=context,
        log=log,
        production=is_production(os.environ),
        deadline=time.monotonic() + wait,
        stage=notice_settings(os.environ, context).stage,
    )


def migrate_at_start(start: ColdStart) -> dict[str, Any]:
    """Looks and acts until there is an end. Where another container is at work it waits, and looks again."""
    delay = 0.5
    unreachable = 0
    while True:
        report = ask_at_start(start, {"kind": "status"})
        end: dict[str, Any] | str
        if not error_code(report):
            end = act_at_start(start, report)
        else:
            # Fifty containers may be more than a small database takes at once.
            unreachable += 1
            end = report["error"]["message"]
            if error_code(report) != "database_unreachable" or unreachable > 3:
                return served_without(start, "failed", end)
        if not isinstance(end, str):
            return end
        # Apart, so that they do not all come back at once.
        pause = delay * (0.5 + random.random())
        if time.monotonic() + pause > start.deadline:
            return served_without(start, "busy", end, report)
        time.sleep(pause)
        delay = min(delay * 1.5, 5.0)


def ask_at_start(start: ColdStart, operation: dict[str, Any]) -> dict[str, Any]:
    """A look that says nothing: what comes of it is told once, by who looked."""
    return run_operation(operation, replace(start.options, log=lambda _: None), start.context)


def act_at_start(start: ColdStart, status: Mapping[str, Any]) -> dict[str, Any] | str:
    """What the state asks for. A text is no end: why one has to look again."""
    state = status["state"]
    at_work = [problem["message"] for problem in status.get("problems", ()) if problem["code"] == "run_at_work"]
    # What is read while a run is at work is about to change.
    if at_work and state not in ("up_to_date", "inconsistent"):
        return at_work[0]
    if state == "up_to_date":
        start.log("info", "auto_migrate", "Auto-migration: Database is up to date", {"outcome": "up_to_date"})
        return {"outcome": "up_to_date", "message": "Database is up to date", **revisions_of(status)}
    if state == "inconsistent":
        why = next((problem["message"] for problem in status.get("problems", ())), "Migration history is inconsistent.")
        return served_without(
            start, "inconsistent", f"{why} Repair it by hand: {command(start, 'fix-history --revision REV')}", status
        )
    if state == "tables_without_migration_history":
        if not start.production:
            return run_at_start(start, None)
        why = "There are tables without migration history, which in production a person repairs:"
        return served_without(start, "not_permitted", f"{why} {command(start, 'run --fix-history')}", status)
    plan = ask_at_start(start, {"kind": "dry-run", "fix_history": False, "target_revision": None})
    if error_code(plan):
        return served_without(start, "failed", plan["error"]["message"], plan)
    if plan["state"] != state:
        return "Another run changed the database meanwhile."
    # In an empty database nothing stands that could be destroyed.
    losses = destructive(plan["migrations"]) if start.production and state != "empty" else []
    if losses:
        why = f"What may destroy data is not applied in production: {'; '.join(losses[:5])}. Look at it, then:"
        return served_without(start, "not_permitted", f"{why} {command(start, 'run --allow-destructive')}", plan)
    return run_at_start(start, plan["plan"]["id"])


def run_at_start(start: ColdStart, plan_id: str | None) -> dict[str, Any] | str:
    """Runs the plan, or, where there is none because history has to be repaired before, whatever it comes to."""
    runs = ask_at_start(start, {"kind": "list-runs", "limit": 50}).get("runs", ())
    later = put_off(runs, plan_id)
    if later is not None:
        return served_without(start, "put_off", f"{later} Look at it, then: {command(start, 'run')}")

    def guard(work: Work) -> None:
        """Again, now that nobody else is at it: of fifty that saw no failure, one tries."""
        later = put_off(list_runs(work, {"limit": 50}).get("runs", ()), plan_id)
        if later is not None:
            raise Refusal("plan_changed", later)

    run = {"run_id": new_run_id(), "part": 1, "requested_by": AUTO_MIGRATE_BY}
    if plan_id is not None:
        run["plan_id"] = plan_id
    operation = {"kind": "run", "fix_history": plan_id is None, "target_revision": None, "run": run}
    report = run_operation(operation, replace(start.options, guard=guard), start.context, cold_start=True)
    if error_code(report) in ("already_running", "interrupted", "locked", "plan_changed"):
        return report["error"]["message"]
    if error_code(report):
        why = " ".join(report["error"].get(key, "") for key in ("message", "hint"))
        return served_without(start, "failed", why, report)
    return {"outcome": "migrated", "message": "Database is migrated", "run_id": run["run_id"], **revisions_of(report)}


def put_off(runs: Iterable[Mapping[str, Any]], plan_id: str | None) -> str | None:
    """Why this plan is not tried now. Each failure doubles the time until the next attempt, from a minute to an hour, counted in the
    ledger (newest first), so that containers that come and go do not keep the database busy with what fails.
    """
    failures: list[float] = []
    for run in runs:
        if run["state"] == "succeeded":
            break
        same = plan_id is None or run.get("plan", {}).get("id") == plan_id
        if run.get("requested_by") == AUTO_MIGRATE_BY and same and run["state"] in ("failed", "interrupted"):
            failures.append(epoch_ms(run.get("finished_at") or run["started_at"]) / 1000)
    if not failures:
        return None
    seconds = min(3600, 60 * 2 ** (min(len(failures), 10) - 1))
    left = seconds - (time.time() - max(failures))
    times = "once" if len(failures) == 1 else f"{len(failures)} times"
    return (
        f"This plan failed {times}; the next attempt is not before {math.ceil(left)} s from now." if left > 0 else None
    )


def served_without(start: ColdStart, outcome: str, why: str, report: Mapping[str, Any] | None = None) -> dict[str, Any]:
    state = (report or {}).get("state")
    if state and outcome != "failed":
        start.log("info", "state", f"Migration state: {state}", {"state": state})
    message = redact(why).strip()
    served = (
        ""
        if is_on(os.environ.get("MIGRATION_REQUIRED"))
        else " (The application is served with the database as it is.)"
    )
    told = f"Auto-migration: {message}{served}"
    start.log("warn", "auto_migrate", told, {"outcome": outcome})
    return {"outcome": outcome, "message": message, **revisions_of(report or {})}


def revisions_of(report: Mapping[str, Any]) -> dict[str, Any]:
    return {key: report[key] for key in ("state", "current_revisions", "head_revisions") if key in report}


def command(start: ColdStart, words: str) -> str:
    return f"migrate-remote {words}" + ("" if start.stage == "unknown" else f" --stage {start.stage}")


def destructive(migrations: Sequence[Mapping[str, Any]]) -> list[str]:
    """What of the pending migrations may destroy data, a line each. SQL that nobody could render has been read by nobody."""
    found = []
    fresh: set[str] = set()
    for entry in migrations:
        if entry.get("status") != "pending":
            continue
        sql = entry.get("sql")
        losses = ["its SQL could not be rendered"] if sql is None or entry.get("unchecked") else sql_losses(sql, fresh)
        found.extend(f"{entry['revision']}: {loss}" for loss in losses)
    return found


# No parser: what is not known to be harmless counts as destroying. The command line has PostgreSQL's own parser for what this refuses.
HARMLESS = re.compile(
    r"(ALTER|ANALYZE|BEGIN|CLUSTER|COMMENT|COMMIT|CREATE|DELETE|DROP|GRANT|INSERT|LOCK|NOTIFY|REFRESH|REINDEX|RELEASE|RESET|REVOKE"
    r"|SAVEPOINT|SELECT|SET|START|UPDATE|VACUUM)\b"
)
HARMLESS_DROP = re.compile(
    r"DROP (AGGREGATE|COLLATION|EVENT TRIGGER|FUNCTION|INDEX|OPERATOR|POLICY|PROCEDURE|ROUTINE|RULE|STATISTICS|TRIGGER|VIEW)\b"
)
HARMLESS_CALLS = frozenset(
    "COALESCE COUNT CURRVAL EXISTS GREATEST IN LOWER MAX MIN NEXTVAL NOW PG_GET_SERIAL_SEQUENCE SETVAL SUM UPPER VALUES".split()
)
DESTROYS = (
    (re.compile(r"\bTRUNCATE\b"), "empties a table"),
    (re.compile(r"\bCASCADE\b(?<!ON DELETE CASCADE)(?<!ON UPDATE CASCADE)"), "drops what depends on it"),
    (re.compile(r"^ALTER\b.*\bDROP (COLUMN|ATTRIBUTE)\b"), "drops a column"),
    (
        re.compile(r"^ALTER (FOREIGN )?TABLE\b.*\bDROP (?!(COLUMN|CONSTRAINT|DEFAULT|NOT NULL|IDENTITY|EXPRESSION)\b)"),
        "drops a column",
    ),
    (re.compile(r"^ALTER\b.*\bALTER (COLUMN |ATTRIBUTE )?\S+ (SET DATA )?TYPE\b"), "changes a column's type"),
    (re.compile(r"\bSTANDARD_CONFORMING_STRINGS\b"), "changes how SQL is read"),
)
UNBOUNDED = re.compile(r"\bWHERE \(*(TRUE|1 ?= ?1|NOT FALSE)\)*( RETURNING\b.*)?$")


def sql_losses(sql: str, fresh: set[str] | None = None) -> list[str]:
    """What statements destroy, by their words alone: comments, literals and function bodies are no part of that.

    ``fresh`` collects the columns that the plan itself adds; to fill these destroys nothing.
    """
    fresh = set() if fresh is None else fresh
    losses: list[str] = []
    for part in without_literals(sql).split(";"):
        statement = re.sub(r"\s+", " ", part).strip().upper()
        if not statement:
            continue
        losses.extend(statement_losses(statement, fresh))
        table = re.match(r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\S+)", statement)
        if table is not None:
            added = re.findall(r"\bADD (?:COLUMN )?(?!IF NOT EXISTS\b)(\S+)", statement)
            fresh.update(f"{table[1]}.{column}" for column in added)
    return list(dict.fromkeys(losses))


def statement_losses(statement: str, fresh: set[str]) -> list[str]:
    shown = statement if len(statement) <= 60 else f"{statement[:57]}..."
    if HARMLESS.match(statement) is None or (statement.startswith("SELECT") and calls_more(statement)):
        return [f"{shown} (may do anything)"]
    if statement.startswith("DROP ") and (HARMLESS_DROP.match(statement) is None or "CASCADE" in statement.split()):
        return [f"{shown} (drops what may hold data)"]
    losses = [f"{shown} ({what})" for pattern, what in DESTROYS if pattern.search(statement)]
    unbounded = re.search(r"\bWHERE\b", statement) is None or UNBOUNDED.search(statement) is not None
    if re.search(r"\bDELETE FROM\b", statement) and unbounded:
        losses.append(f"{shown} (deletes every row)")
    if statement.startswith("UPDATE ") and unbounded and not fills_only(statement, fresh):
        losses.append(f"{shown} (overwrites every row)")
    return losses


def calls_more(statement: str) -> bool:
    called = re.findall(r"([\w.]+) ?\(", statement)
    return any(name.rpartition(".")[2] not in HARMLESS_CALLS for name in called)


def fills_only(statement: str, fresh: set[str]) -> bool:
    """Every column that is written was added by the plan, so nothing stood there."""
    target = re.match(r"UPDATE (?:ONLY )?(\S+)", statement)
    assignments = statement.partition(" SET ")[2].partition(" FROM ")[0].partition(" WHERE ")[0]
    while assignments != (flat := re.sub(r"\([^()]*\)", "", assignments)):
        assignments = flat
    columns = [part.partition("=")[0].strip() for part in assignments.split(",")]
    return target is not None and all(f"{target[1]}.{column}" in fresh for column in columns)


QUOTED = re.compile(
    r"""--[^\n]*
    | /\*.*?\*/
    | (?<![\w$])(?P<dollar>\$(?:[A-Za-z_]\w*)?\$).*?(?P=dollar)
    | (?<!\w)[eE]'(?:\\.|''|[^'\\])*'
    | '(?:''|[^'])*'
    | "(?P<name>(?:""|[^"])*)\"""",
    re.DOTALL | re.VERBOSE,
)


def without_literals(sql: str) -> str:
    """Comments become a blank, literals and bodies nothing but quotes, quoted names one word without blanks."""

    def plain(match: re.Match[str]) -> str:
        if match["name"] is not None:
            return re.sub(r"\W", "_", match["name"]) or "_"
        return " " if match[0].startswith(("--", "/*")) else "''"

    return QUOTED.sub(plain, sql)


# --- Migrating by a command ------------------------------------------------------------------------------------------------------

TARGET = "{target}"


def run_migration_script(
    command: Sequence[str], options: Options | None = None, context: Any = None, *, requested_by: str = ""
) -> dict[str, Any]:
    """Everything to the head by the project's own command, such as ``["./migration.sh"]``; gives the report.

    It is a run like any other: planned, locked, in the ledger, and judged by what history says afterwards. Only that a child process
    applies it. For a Lambda that takes all of the events, make it with ``create_handler(command=[...])``.
    """
    options = replace(options or options_from(os.environ), command=tuple(command))
    run = {"run_id": new_run_id(), "part": 1, **({"requested_by": requested_by} if requested_by else {})}
    return run_operation({"kind": "run", "fix_history": False, "target_revision": None, "run": run}, options, context)


def apply_by_command(work: Work, planned: RunPlan, notes: Notes) -> Progress:
    """The plan applied by ``options.command`` on a connection of its own, named ``migrate-remote RUN_ID script`` by ``PGAPPNAME``, so
    that a statement that outlives its function is seen, and nobody else begins meanwhile. The lock stays with our connection.

    ``{target}`` in the command is the plan's target. A command without it goes to the head, and is refused any other target.
    """
    began = time.monotonic()
    first = planned.rest[0].revision if planned.rest else None
    if first is None:
        return Progress({})
    heads = ",".join(sorted(work.source.heads))
    target = planned.plan["target"]
    if TARGET not in "\0".join(work.options.command or ()) and target not in (None, heads):
        return Progress({}, first, command_without_target(target))
    words = [
        word.replace(TARGET, "heads" if target in (None, heads) else target) for word in work.options.command or ()
    ]
    marker = application_name(work.run_id, "script")
    try:
        verify_lock(work.session)
        code = run_command(work, words, {**os.environ, **command_environment(work.options), "PGAPPNAME": marker})
    except OSError as error:
        hint = "Is it in the function's package, executable, with a first line that names an interpreter that is there?"
        return Progress(
            {},
            first,
            Refusal(
                "configuration_error",
                f"{words[0]} could not be started ({type(error).__name__}). Nothing was executed.",
                hint,
            ),
        )
    end_backends(work, marker)
    stands = set(look(work.session, work.source, work.options).assessment.applied)
    took = round((time.monotonic() - began) * 1000)
    left = [one.revision for one in planned.rest if one.revision not in stands]
    work.log(
        "info",
        "script_ended",
        f"{words[0]} ended after {took} ms: {how_it_ended(code)}",
        {"exit_code": code, "duration_ms": took},
    )
    if not left:
        return Progress({}, problems=() if code == 0 else (command_failed(words[0], code),))
    message = f"{words[0]} ended with {how_it_ended(code)}, and {left[0]} is not applied."
    hint = "What it said is in the function's logs: migrate-remote logs --last"
    return Progress({}, left[0], Refusal("migration_failed", message, hint, revision=left[0]))


def command_failed(name: str, code: int | None) -> dict[str, Any]:
    """The migrations are applied, which is what a run is about; what the command does after them it did not do well."""
    said = f"{name} ended with {how_it_ended(code)}, although every migration of the plan is applied."
    message = f"{said} Whatever else it was to do may be missing: migrate-remote logs --last"
    return {"code": "command_failed", "message": message}


def command_without_target(target: str) -> Refusal:
    return Refusal(
        "unsupported_operation",
        f"This function migrates by a command that goes to the head, not to {target}. Nothing was executed.",
        f"Put {TARGET} where the command names its revision: alembic upgrade {TARGET}. Or run without --target-revision.",
    )


def how_it_ended(code: int | None) -> str:
    if code is None:
        return "its time being over"
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def command_environment(options: Options) -> dict[str, str]:
    """The project's own way to its database, where the function's environment does not have it in plain words; lines as they come."""
    url = resolved_url(options).set(drivername="postgresql").render_as_string(hide_password=False)
    absent = {name: url for name in PLAIN_VARIABLES if not os.environ.get(name, "").strip()}
    return {"PYTHONUNBUFFERED": "1", **absent}


def run_command(work: Work, words: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """Its exit code; None where its time was over, and it and everything that it began were stopped."""
    process = subprocess.Popen(
        words,
        cwd=os.environ.get("LAMBDA_TASK_ROOT") or None,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    reader = threading.Thread(target=log_output, args=(work, process), daemon=True)
    reader.start()
    left = work.clock.left() / 1000
    try:
        return process.wait(None if math.isinf(left) else left)
    except subprocess.TimeoutExpired:
        stop_group(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(min(2.0, work.clock.rest() / 4000))
        return None
    finally:
        # Whatever it left behind holds the pipe, and perhaps a connection.
        stop_group(process, signal.SIGKILL)
        process.wait()
        reader.join(2.0)


def stop_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def log_output(work: Work, process: subprocess.Popen[bytes]) -> None:
    """Line by line as it comes; a line that never ends is cut."""
    assert process.stdout is not None
    while line := process.stdout.readline(10_000):
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            work.log("info", "script_output", text)


def end_backends(work: Work, marker: str) -> None:
    """The command is over, so what PostgreSQL still does for it is nobody's any more; and what stands then stays."""
    until = time.monotonic() + 10.0
    while query(
        work.session.connection,
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE application_name = :marker",
        marker=marker,
    ):
        if time.monotonic() > until:
            return
        time.sleep(PAUSE)


# --- The handler -------------------------------------------------------------------------------------------------------------------


def options_from(environ: Mapping[str, str], **given: Any) -> Options:
    """Options as given, the rest from the environment. Raises ``configuration_error``."""
    seconds = environ.get("MIGRATION_TIMEOUT", "").strip()
    if seconds and re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", seconds) is None:
        raise Refusal(
            "configuration_error",
            f"MIGRATION_TIMEOUT is {json.dumps(seconds[:50])}, which is no number of seconds. Nothing was done.",
            "Give the seconds that a whole run may take, such as 300.",
        )
    known = {
        "alembic_ini": environ.get("ALEMBIC_CONFIG") or None,
        "flask_app": environ.get("FLASK_APP") or None,
        "migration_timeout": float(seconds) if seconds and float(seconds) > 0 else None,
    }
    return Options(**{**known, **given})


def resolved_url(options: Options) -> Any:
    """The database's URL with a driver that is installed. Never logged, and in no message."""
    option = options.database_url
    if option is None:
        return driver_url(resolve_database_url(os.environ))
    if callable(option):
        try:
            option = option()
        except Refusal:
            raise
        except Exception as error:
            # The message may hold what was being read; its type says enough.
            raise Refusal(
                "configuration_error",
                f"The handler's database_url function raised {type(error).__name__}. Nothing was done.",
                "Look at what it reads: a secret that does not exist, or that the function may not read?",
            ) from None
    if not option:
        raise Refusal(
            "configuration_error",
            "The handler's database_url gives nothing, so there is nothing to connect to. Nothing was done.",
            "Set the environment variable that it reads (DATABASE_URL?) on the function.",
        )
    return driver_url(option)


def perform(options: Options, operation: dict[str, Any], context: Any, log: Log, identified: bool) -> Findings:
    """One operation over one connection, closed whatever happens. Raises a ``Refusal`` where the database could not be asked."""
    clock = start_clock(options, context)
    url = resolved_url(options)
    source = read_source(options, url)
    run = operation.get("run", {})
    name = application_name(run.get("run_id") or operation["kind"], run.get("requested_by", ""))
    lease = parse_duration("lease", options.lease)

    def settings(purpose: str) -> dict[str, str]:
        return session_settings(clock, name, purpose)

    def open_one(purpose: str, database: str | None = None) -> Session:
        session = open_session(url if database is None else url.set(database=database), clock.connect_timeout)
        try:
            apply_settings(session.connection, settings(purpose))
            return session
        except Exception as error:
            close_session(session)
            raise as_refusal(error, session.place) from None

    session = open_one("record" if writes(operation) or operation["kind"] == "fence-run" else "read")
    try:
        run_id = run.get("run_id", "")
        work = Work(options, source, session, clock, log, run_id, identified, lease, settings, open_one)
        return operate(within_budget(work, operation), operation)
    except Exception as error:
        if isinstance(error, Refusal) or not is_of_database(error):
            raise
        raise as_refusal(error, session.place) from None
    finally:
        close_session(session)


def within_budget(work: Work, operation: dict[str, Any]) -> Work:
    """A later part has what the parts before it left of the run's budget."""
    budget = work.options.migration_timeout
    if budget is None or operation["kind"] != "run" or operation["run"]["part"] == 1:
        return work
    own = read_run(work.session, work.run_id)
    if own is None:
        return work
    used = time.time() * 1000 - epoch_ms(own.record["started_at"])
    left = count_down(budget * 1000 - max(0.0, used))
    return replace(work, clock=replace(work.clock, budget_left=left))


def operate(work: Work, operation: dict[str, Any]) -> Findings:
    kind = operation["kind"]
    if kind == "run":
        return at_most_once(work, operation, lambda continued: prepare_run(work, operation, continued))
    if kind == "fix-history":
        return at_most_once(work, operation, lambda _: prepare_repair(work, operation))
    if kind == "dry-run":
        return dry_run(work, operation)
    if kind == "fix-history-dry-run":
        return repair_dry_run(work, operation)
    if kind == "run-result":
        return run_result(work, operation)
    if kind == "fence-run":
        return fence_run(work, operation)
    if kind == "list-runs":
        return list_runs(work, operation)
    return status(work)


def run_operation(
    operation: dict[str, Any],
    options: Options,
    context: Any = None,
    *,
    identified: bool = False,
    cold_start: bool = False,
) -> dict[str, Any]:
    """Carries one operation out and gives the report that answers it, with the wire's keys.

    ``identified``: the run id came from outside, so the same run may be asked for again. Raises only where the database broke away in the
    middle of a run and cannot be asked any more what stands, and for defects.
    """
    began = time.monotonic()
    run_id = operation.get("run", operation).get("run_id")
    log = open_log(operation["kind"], run_id, options, context)
    part = operation.get("run", {}).get("part")

    def tell(report: dict[str, Any]) -> None:
        tell_outcome(report, notice_settings(os.environ, context, cold_start), log)

    try:
        told = perform(options, operation, context, log, identified)
    except Refusal as error:
        told = nothing_known(error.error)
    except Exception as error:
        unknown = nothing_known({"code": "internal_error", "message": bounded_text(str(error))})
        tell(report_for(operation["kind"], unknown, log, began, run_id, part))
        raise
    told_before = told.pop(TOLD_BEFORE, False)
    report = report_for(operation["kind"], told, log, began, run_id, part)
    if not told_before:
        tell(report)
    return report


def open_log(kind: str, run_id: str | None, options: Options, context: Any) -> Log:
    log = create_log(options.log, run_id=run_id, request_id=context_text(context, "aws_request_id"))
    facts = {
        "operation": kind,
        "log_stream": context_text(context, "log_stream_name"),
        "function_name": context_text(context, "function_name"),
    }
    log("info", "invocation", f"migrate-remote {VERSION}: {kind}", facts)
    return log


def context_text(context: Any, name: str) -> str | None:
    value = getattr(context, name, None)
    return value if isinstance(value, str) else None


def report_for(
    kind: str, told: Findings, log: Log, began: float, run_id: str | None = None, part: int | None = None
) -> dict[str, Any]:
    error = told.get("error")
    # A migration that failed has been told where it failed.
    if error is not None and error["code"] != "migration_failed":
        log("error", "operation_failed", error["message"], {"code": error["code"]})
    report = {
        "operation": kind,
        "success": error is None,
        "engine": ENGINE,
        **told,
        "handler": {"version": VERSION, "operations": list(OPERATIONS)},
        **({} if run_id is None else {"run_id": run_id}),
        **({} if part is None else {"part": part}),
        "duration_ms": round((time.monotonic() - began) * 1000),
    }
    return storable(bounded(report))


#: A Lambda handler. It takes the events of contract ``migrate-remote`` and answers a report.
Handler = Callable[[Any, Any], dict[str, Any]]


def create_handler(**given: Any) -> Handler:
    """Makes the Lambda handler that migrates the database it is deployed beside; ``given`` are ``Options``.

    A migration that fails, a database that is down, a lock that another run holds: all are answers with ``success: false`` and an ``error``
    with a stable ``code``. An event of another Lambda raises, so that a pipeline that sends one goes red. It raises too where the database
    broke away in the middle of a run and cannot be asked any more what stands.
    """
    Options(**given)  # a misspelt option fails at once
    cold_starts = itertools.chain([True], itertools.repeat(False))

    def handle(event: Any, context: Any = None) -> dict[str, Any]:
        began = time.monotonic()
        cold_start = next(cold_starts)
        run_id = run_id_of(event)
        try:
            options = options_from(os.environ, **given)
            operation = read_event(event, options)
        except Refusal as error:
            kind = kind_of(event)
            log = open_log(kind, run_id, Options(log=given.get("log", print_line)), context)
            return report_for(kind, nothing_known(error.error), log, began, run_id)
        report = run_operation(operation, options, context, identified=run_id is not None, cold_start=cold_start)
        return {**report, **applied_lists(report)} if event in (None, {}) else report

    return handle


def applied_lists(report: dict[str, Any]) -> dict[str, list[str]]:
    """What pipelines read that were written for a Lambda that takes empty events."""

    def named(status: str) -> list[str]:
        return [entry["revision"] for entry in report["migrations"] if entry["status"] == status]

    return {"migrations_applied": named("applied"), "migrations_skipped": named("skipped")}


def read_event(event: Any, options: Options) -> dict[str, Any]:
    if event in (None, {}) and options.empty_event == "run":
        return {"kind": "run", "fix_history": False, "run": {"run_id": new_run_id(), "part": 1}}
    operation = decode_event(event)
    if operation is not None:
        return operation
    raise ValueError(
        "This Lambda migrates a database and takes events of contract migrate-remote only, such as "
        '{"admin_operation": "migration_status"} or {"admin_operation": "run_migrations", "confirm": true}. '
        "This event is none of them, so nothing was done. Send it with the migrate-remote command; where a pipeline shall go on sending "
        'empty events, create the handler with empty_event="run".'
    )


#: What a Lambda's handler setting names: ``migrate_remote_handler.handler``.
handler = create_handler()

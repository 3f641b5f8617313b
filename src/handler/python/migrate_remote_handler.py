"""The far side of migrate-remote for Alembic: a Lambda handler in one file.

Copy this file beside your Lambda's code and set the handler to ``migrate_remote_handler.handler``. It needs what is there already:
Alembic, SQLAlchemy, and the project's own PostgreSQL driver (psycopg2, psycopg or pg8000).

The file is long because it is one: what a user has to copy, review and deploy shall be one thing. Its sections follow the
TypeScript handler's modules, and speak the same wire (``docs/wire.schema.json``) and the same ledger (``migrate_remote.runs``).
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import functools
import importlib
import json
import math
import os
import random
import re
import ssl
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.pool import NullPool

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
    down_revisions: tuple[str, ...]
    description: str = ""
    transactional: bool = True


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

# --- Wire: events in, reports out ------------------------------------------------------------------------------------------------

# --- Alembic: source, history, plan, SQL, one step ---------------------------------------------------------------------------------

# --- Recognising a schema ----------------------------------------------------------------------------------------------------------

# --- Ledger and lock ---------------------------------------------------------------------------------------------------------------

# --- Operations --------------------------------------------------------------------------------------------------------------------

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
        metrics["MigrationsApplied"] = len(revisions_with(report, "applied"))
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
            began, ended = (
                datetime.fromisoformat(run[key].replace("Z", "+00:00")) for key in ("started_at", "finished_at")
            )
            return round((ended - began).total_seconds() * 1000)
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
    return bool(revisions_with(report, "applied", "recorded", "removed")) or run_state(report) == "succeeded"


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
        "Applied": counted(revisions_with(report, "applied")),
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
        options=dataclasses.replace(options, migration_timeout=seconds),
        context=context,
        log=log,
        production=is_production(os.environ),
        deadline=time.monotonic() + wait,
        stage=notice_settings(os.environ, context).stage,
    )


def migrate_at_start(start: ColdStart) -> dict[str, Any]:
    """Looks and acts until there is an end. Where another container is at work it waits, and looks again."""
    told = ""
    delay = 0.2
    unreachable = 0
    while True:
        report = run_operation({"kind": "status"}, start.options, start.context)
        state = report.get("state", "")
        if state and state not in (told, "up_to_date"):
            start.log("info", "auto_migrate_state", f"Migration state: {state}", {"state": state})
            told = state
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


def act_at_start(start: ColdStart, status: Mapping[str, Any]) -> dict[str, Any] | str:
    """What the state asks for. A text is no end: why one has to look again."""
    state = status["state"]
    if state == "up_to_date":
        start.log("info", "auto_migrate", "Auto-migration: Database is up to date", {"outcome": "up_to_date"})
        return {"outcome": "up_to_date", "message": "Database is up to date", **revisions_of(status)}
    if state == "inconsistent":
        why = next((problem["message"] for problem in status.get("problems", ())), "Migration history is inconsistent.")
        return served_without(
            start, "inconsistent", f"{why} Repair it by hand: {command(start, 'fix-history')}", status
        )
    if state == "tables_without_migration_history":
        if not start.production:
            return run_at_start(start, None)
        why = "There are tables without migration history, which in production a person repairs:"
        return served_without(start, "not_permitted", f"{why} {command(start, 'run --fix-history')}", status)
    plan = run_operation(
        {"kind": "dry-run", "fix_history": False, "target_revision": None}, start.options, start.context
    )
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
    later = put_off(start, plan_id)
    if later is not None:
        return served_without(start, "put_off", f"{later} Look at it, then: {command(start, 'run')}")
    run = {"run_id": new_run_id(), "part": 1, "requested_by": AUTO_MIGRATE_BY}
    if plan_id is not None:
        run["plan_id"] = plan_id
    operation = {"kind": "run", "fix_history": plan_id is None, "target_revision": None, "run": run}
    report = run_operation(operation, start.options, start.context, cold_start=True)
    if error_code(report) in ("already_running", "interrupted", "locked", "plan_changed"):
        return report["error"]["message"]
    if error_code(report):
        return served_without(
            start, "failed", " ".join(report["error"].get(key, "") for key in ("message", "hint")), report
        )
    return {"outcome": "migrated", "message": "Database is migrated", "run_id": run["run_id"], **revisions_of(report)}


def put_off(start: ColdStart, plan_id: str | None) -> str | None:
    """Why this plan is not tried now. Each failure doubles the time until the next attempt, from a minute to an hour, counted in the
    ledger, so that containers that come and go do not keep the database busy with what fails.
    """
    report = run_operation({"kind": "list-runs", "limit": 50}, start.options, start.context)
    failures: list[datetime] = []
    for run in report.get("runs", ()):
        if run["state"] == "succeeded":
            break
        same = plan_id is None or run.get("plan", {}).get("id") == plan_id
        if run.get("requested_by") == AUTO_MIGRATE_BY and same and run["state"] in ("failed", "interrupted", "refused"):
            failures.append(instant(run.get("finished_at") or run["started_at"]))
    if not failures:
        return None
    seconds = min(3600, 60 * 2 ** (min(len(failures), 10) - 1))
    left = seconds - (datetime.now(timezone.utc) - max(failures)).total_seconds()
    times = "once" if len(failures) == 1 else f"{len(failures)} times"
    return (
        f"This plan failed {times}; the next attempt is not before {math.ceil(left)} s from now." if left > 0 else None
    )


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def served_without(start: ColdStart, outcome: str, why: str, report: Mapping[str, Any] | None = None) -> dict[str, Any]:
    message = redact(why).strip()
    told = f"Auto-migration: {message} (The application is served with the database as it is.)"
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
            added = re.findall(r"\bADD (?:COLUMN )?(?:IF NOT EXISTS )?(\S+)", statement)
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


# --- The handler -------------------------------------------------------------------------------------------------------------------

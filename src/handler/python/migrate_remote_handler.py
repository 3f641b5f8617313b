"""The far side of migrate-remote for Alembic: a Lambda handler in one file.

Copy this file beside your Lambda's code and set the handler to ``migrate_remote_handler.handler``. It needs what is there already:
Alembic, SQLAlchemy, and the project's own PostgreSQL driver (psycopg2, psycopg or pg8000).

The file is long because it is one: what a user has to copy, review and deploy shall be one thing. Its sections follow the
TypeScript handler's modules, and speak the same wire (``docs/wire.schema.json``) and the same ledger (``migrate_remote.runs``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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

# --- Session: one connection an invocation ---------------------------------------------------------------------------------------

# --- Wire: events in, reports out ------------------------------------------------------------------------------------------------

# --- Alembic: source, history, plan, SQL, one step ---------------------------------------------------------------------------------

# --- Recognising a schema ----------------------------------------------------------------------------------------------------------

# --- Ledger and lock ---------------------------------------------------------------------------------------------------------------

# --- Operations --------------------------------------------------------------------------------------------------------------------

# --- Notices and metrics -----------------------------------------------------------------------------------------------------------

# --- Migrating at a cold start ---------------------------------------------------------------------------------------------------

# --- The handler -------------------------------------------------------------------------------------------------------------------

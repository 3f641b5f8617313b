"""The far side of migrate-remote for Alembic: a Lambda handler in one file.

Copy this file beside your Lambda's code and set the handler to ``migrate_remote_handler.handler``. It needs what is there already:
Alembic, SQLAlchemy, and the project's own PostgreSQL driver (psycopg2, psycopg or pg8000).

The file is long because it is one: what a user has to copy, review and deploy shall be one thing. Its sections follow the
TypeScript handler's modules, and speak the same wire (``docs/wire.schema.json``) and the same ledger (``migrate_remote.runs``).
"""

from __future__ import annotations

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

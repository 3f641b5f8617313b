"""The far side of migrate-remote for Alembic: a Lambda handler in one file.

Copy this file beside your Lambda's code and set the handler to ``migrate_remote_handler.handler``. It needs what is there already:
Alembic, SQLAlchemy, and the project's own PostgreSQL driver (psycopg2, psycopg or pg8000).

The file is long because it is one: what a user has to copy, review and deploy shall be one thing. Its sections follow the
TypeScript handler's modules, and speak the same wire (``docs/wire.schema.json``) and the same ledger (``migrate_remote.runs``).
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import functools
import hashlib
import importlib
import io
import json
import linecache
import logging.config
import os
import re
import secrets
import socket
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy
import sqlalchemy.event
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script, ScriptDirectory
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import Pool

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


# --- Credentials: where the database's URL comes from --------------------------------------------------------------------------------

# --- Session: one connection an invocation ---------------------------------------------------------------------------------------

# --- Wire: events in, reports out ------------------------------------------------------------------------------------------------

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


def read_source(options: Any) -> Source:
    """Reads the script directory. Neither env.py nor the database is touched."""
    return source_of(load_project(options).script)


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
        raise unusable_source(error) from error
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
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        error = error.orig or error
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {bounded_text(lines[0], 1000)}" if lines else type(error).__name__


def unusable_source(error: Exception) -> Refusal:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{error.filename}, line {error.lineno}" if isinstance(error, SyntaxError) else None
    versions = [
        frame for frame in frames if "alembic" not in Path(frame.filename).parts[-4:-1] and frame.name == "<module>"
    ]
    if place is None and versions:
        place = f"{versions[-1].filename}, line {versions[-1].lineno}"
    return configuration_error(
        f"The migrations cannot be read: {described(error)}{'' if place is None else f' ({place})'}.",
        "Correct the file, see that `alembic history` works, and deploy again.",
    )


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
    try:
        tree = ast.parse(content)
    except SyntaxError:
        return
    for statement in tree.body:
        if not (isinstance(statement, ast.FunctionDef) and statement.name == "downgrade"):
            yield from ast.walk(statement)


# History


def project_of(connection: Connection, options: Any) -> Project:
    """Kept with the physical connection, that is for one invocation: loading reads every revision's file."""
    kept = connection.info
    if PROJECT not in kept:
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
    category = {name: category for name, category in columns}.get("version_num")
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
        raise unknown_revision(f"{name} may mean {listed(found)}.", "Give more of its id.")
    near = difflib.get_close_matches(wanted[:200], [migration.revision for migration in source.migrations], 3, 0.5)
    like = f" Near it are {listed(near)}." if near else ""
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


def listed(revisions: Sequence[str]) -> str:
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
            f"{json.dumps(wanted[:200])} may mean {listed(heads)}: the migrations have several heads.",
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
            and (begin in each.down_revisions if begin is not None else not each.down_revisions)
        ]
        if not following:
            raise unknown_revision(
                f"{json.dumps(wanted[:200])} goes beyond the head: {taken} {'revision comes' if taken == 1 else 'revisions come'} "
                f"after {start or begin_name(current)}.",
                "Say head to go as far as there is.",
            )
        if len(following) > 1:
            raise unknown_revision(
                f"{json.dumps(wanted[:200])} may mean several: the branches {listed(following)} begin after {begin or 'nothing'}.",
                "Name the revision, or the branch: label@+1",
            )
        begin = following[0]
    if begin is None:
        raise unknown_revision(f"{json.dumps(wanted[:200])} names no revision.", "Say +1 for the next one.")
    return begin


def begin_name(current: tuple[str, ...]) -> str:
    return ", ".join(current) or "the empty database"


def at_now(source: Source, wanted: str, current: tuple[str, ...], lineage: set[str]) -> str | None:
    """Where a relative target counts from: the one current head there is, on the branch that was named."""
    here = [revision for revision in current if revision in lineage]
    if len(here) > 1:
        raise unknown_revision(
            f"{json.dumps(wanted[:200])} counts from the current revision, and the database is at several: {listed(here)}.",
            f"Say from which one, or on which branch: {here[0]}{wanted} or label@{wanted}",
        )
    if here:
        return here[0]
    applied = ancestors(source, current) & lineage
    reached = outermost(source, applied)
    return reached[0] if len(reached) == 1 else None


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
        with same_session(connection, writes=writes), app_context(project.app), own_logging(), env:
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
    driver = next((each for each in wanted if each is not None and is_installed(each, is_async)), ours.drivername)
    url = ours.set(drivername=driver)
    if driver.endswith("+asyncpg"):
        url = url.set(query={"ssl": ours.query["sslmode"]} if "sslmode" in ours.query else {})
    elif driver.endswith("+pg8000"):
        url = url.set(query={})
    return url.render_as_string(hide_password=False)


def is_installed(driver: str, is_async: bool) -> bool:
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
            if writes and connection.in_transaction():
                connection.rollback()
            put_back(connection, before, translation)
        raise
    put_back(connection, before, translation)


def put_back(connection: Connection, session: SessionState, translation: Any) -> None:
    if connection.invalidated:
        return
    if connection.get_execution_options().get("schema_translate_map") != translation:
        connection.execution_options(schema_translate_map=translation)
    set_session(connection, session)


# One step


@dataclass
class Step:
    """What is seen of one revision while it is applied."""

    during: str = "env"  # then upgrade, history, alongside, commit, done
    commits: int = 0  # of transactions that upgrade() ended itself


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

        def watched(**arguments: Any) -> None:
            step.during = "upgrade"
            with around():
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
        if step.during == "upgrade":
            step.commits += 1

    sqlalchemy.event.listen(connection, "commit", count)
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
        logging.getLogger("migrate_remote").warning(
            "env.py failed after %s was applied: %s", migration.revision, described(error)
        )
    finally:
        sqlalchemy.event.remove(connection, "commit", count)


def one_step(script: ScriptDirectory, migration: Migration) -> RevisionStep:
    return MigrationStep.upgrade_from_script(script.revision_map, script.get_revision(migration.revision))


def refuse_moved(script: ScriptDirectory, migration: Migration, heads: tuple[str, ...]) -> None:
    """Alembic by hand takes no lock of ours, so history may have gone on since the plan was made."""
    applied: set[str] = set()
    waiting = list(heads)
    while waiting:
        revision = waiting.pop()
        if revision not in applied:
            applied.add(revision)
            waiting.extend(script.get_revision(revision)._all_down_revisions)
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
    try:
        yield
    except BaseException:
        with contextlib.suppress(Exception):
            back_to_autocommit(connection)
        raise
    back_to_autocommit(connection)


def back_to_autocommit(connection: Connection) -> None:
    if connection.invalidated:
        return
    if connection.in_transaction():
        connection.commit()
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
        f"{migration.revision} failed{when}: {described(error)}. {what_stands(migration, step)}",
        hint_for(migration, server, step),
        revision=migration.revision,
        **({"sqlstate": server["sqlstate"]} if server else {}),
        **({} if line is None else {"line": line}),
        **({"excerpt": bounded_text(source, 1000)} if source else {}),
        detail="\n".join(part for part in detail if part),
    )


def what_stands(migration: Migration, step: Step) -> str:
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
        return f"Finish by hand what is missing and record it, or undo it, correct the file and run again: {record}"
    if sqlstate in ALREADY_THERE:
        return f"Where the database has this migration and only its history does not say so: {record}. Otherwise correct the file and run again."
    return "Correct the file, deploy it, and run again: migrate-remote run. What was applied before it stays applied."


def with_leftovers(connection: Connection, failure: Refusal) -> Refusal:
    """CREATE INDEX CONCURRENTLY that fails leaves an invalid index, which slows every write and fails the next try."""
    try:
        names = connection.exec_driver_sql(
            "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_index i "
            "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "WHERE NOT i.indisvalid AND c.relkind = 'i' AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p "
            "WHERE p.index_relid = c.oid) ORDER BY 1 LIMIT 10"
        ).scalars()
        left = list(names)
    except Exception:
        return failure
    if not left:
        return failure
    said = dict(failure.error)
    noun = "an invalid index" if len(left) == 1 else "invalid indexes"
    message = f"{said.pop('message')} It left {noun} behind: {', '.join(left)}."
    hint = f"First: {' '.join(f'DROP INDEX CONCURRENTLY {name};' for name in left)} {said.pop('hint', '')}".strip()
    return Refusal(said.pop("code"), message, hint, **said)


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
    """What Alembic writes for each revision in offline mode. None: it cannot be known without executing it."""
    project = project_of(connection, options)
    buffer = io.StringIO()
    rendered: dict[str, str | None] = {migration.revision: None for migration in migrations}

    def steps(_heads: tuple[str, ...], context: MigrationContext) -> Iterator[RevisionStep]:
        bind = context.connection
        bind._execute_impl = functools.partial(write_down, bind._execute_impl)
        for migration in migrations:
            step = one_step(project.script, migration)
            content = Path(step.revision.path).read_bytes()
            step.migration_fn = functools.partial(render_one, step.migration_fn, content, migration.revision)
            yield step

    def render_one(upgrade: Callable[..., None], content: bytes, revision: str, **arguments: Any) -> None:
        start = buffer.tell()
        try:
            refuse_live_only(content)
            with no_reaching_out():
                upgrade(**arguments)
            rendered[revision] = buffer.getvalue()[start:].strip()
        except (Exception, SystemExit):
            buffer.seek(start)
            buffer.truncate()

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
    except Exception:
        # An env.py without an offline mode that works still migrates: what was not rendered is told as unchecked.
        return rendered
    return rendered


def write_down(
    execute: Callable[..., Any], statement: Any, parameters: Any = None, *_more: Any, **_options: Any
) -> Unread:
    """op.get_bind().execute() in offline mode: written with its values, and without a result to look at."""
    if isinstance(parameters, dict) and isinstance(statement, sqlalchemy.TextClause):
        statement = statement.bindparams(**parameters)
    elif parameters:
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


#: Means by which a revision does one thing offline and another online, or acts beside Alembic's connection.
LIVE_ONLY = frozenset(("as_sql", "is_offline_mode", "subprocess", "system", "psycopg", "psycopg2", "asyncpg", "popen"))


def refuse_live_only(content: bytes) -> None:
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
        _connect(self, address)

    _connect = socket.socket.connect
    sqlalchemy.event.listen(Engine, "do_connect", refuse)
    sqlalchemy.event.listen(Pool, "checkout", refuse)
    socket.socket.connect = connect  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        socket.socket.connect = _connect  # type: ignore[method-assign]
        sqlalchemy.event.remove(Pool, "checkout", refuse)
        sqlalchemy.event.remove(Engine, "do_connect", refuse)


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
        node for node in ast.parse(content).body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
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
            f"The schema is that of {' and '.join(outermost(source, here))}, but it does not tell whether {listed(undecided)} "
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
        f"The database has the schema of several revisions ({listed(revisions)}): those between them change no schema, "
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
    """The same as the SQL engine's (``engines/sql/fingerprint.ts``)."""
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

# --- Operations --------------------------------------------------------------------------------------------------------------------

# --- Notices and metrics -----------------------------------------------------------------------------------------------------------

# --- Migrating at a cold start ---------------------------------------------------------------------------------------------------

# --- The handler -------------------------------------------------------------------------------------------------------------------

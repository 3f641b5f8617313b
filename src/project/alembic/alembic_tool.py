"""What `migrate-remote lint` has the project's own Alembic do: write a revision's SQL, and go up, down and up again.

Runs in the project's Python. The order is one JSON object on stdin, the answer one on stdout; whatever the project's code prints goes to
stderr. The far side's handler, which lies beside this file, does the work: env.py gets its connection and no other.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def load_handler(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("migrate_remote_handler", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Tool:
    def __init__(self, order: dict[str, Any]) -> None:
        self.url: str = order["url"]
        self.wanted: list[str] = order["revisions"]
        # What a developer's shell has may lead to a database that somebody needs.
        for name in ("DATABASE_URL", "DbConnStr", "SQLALCHEMY_DATABASE_URI"):
            os.environ[name] = self.url
        os.environ["LAMBDA_TASK_ROOT"] = order["root"]
        os.chdir(order["root"])
        # In place of the folder of this file.
        sys.path[0] = order["root"]
        self.handler = load_handler(Path(__file__).with_name("migrate_remote_handler.py"))
        self.options = self.handler.Options(alembic_ini=order["ini"], flask_app=os.environ.get("FLASK_APP") or None)
        self.project = self.handler.load_project(self.options)
        self.source = self.handler.source_of(self.project.script)

    # Writing SQL: no connection is made, and none is allowed.

    def render(self) -> dict[str, Any]:
        by_name = {migration.revision: migration for migration in self.source.migrations}
        rendered = [self.render_one(by_name[name]) for name in self.wanted if name in by_name]
        return {"migrations": rendered}

    def render_one(self, migration: Any) -> dict[str, Any]:
        handler, script = self.handler, self.project.script
        buffer = io.StringIO()
        found: list[str] = []

        def steps(_heads: tuple[str, ...], context: Any) -> Iterator[Any]:
            bind = context.connection
            if bind is not None:
                bind._execute_impl = handler.functools.partial(handler.write_down, bind._execute_impl)
            step = handler.one_step(script, migration)
            upgrade = step.migration_fn

            @handler.functools.wraps(upgrade)
            def watched(**arguments: Any) -> None:
                handler.refuse_live_only(Path(step.revision.path).read_bytes())
                begin = buffer.tell()
                with handler.no_reaching_out():
                    upgrade(**arguments)
                found.append(buffer.getvalue()[begin:].strip())

            step.migration_fn = watched
            yield step

        entry = {"revision": migration.revision, "transactional": migration.transactional}
        try:
            self.run_offline(buffer, steps, migration)
        except (Exception, SystemExit) as error:
            if not found:
                return {**entry, "why": self.why(error)}
        return {**entry, "sql": found[0]} if found else {**entry, "why": "env.py ran no migrations"}

    def run_offline(self, buffer: io.StringIO, steps: Any, migration: Any) -> None:
        handler, config = self.handler, self.project.config
        if config.cmd_opts is None:
            config.cmd_opts = handler.argparse.Namespace(x=None, autogenerate=False, sql=True, tag=None)
        config.set_main_option("sqlalchemy.url", handler.escaped(self.url))
        env = handler.EnvironmentContext(
            config,
            self.project.script,
            fn=steps,
            as_sql=True,
            output_buffer=buffer,
            starting_rev=migration.down_revisions or None,
            destination_rev=migration.revision,
        )

        def configure(*_connection: Any, **options: Any) -> None:
            # Else the driver's own paramstyle doubles every per cent sign.
            options["dialect_opts"] = {"paramstyle": "named", **(options.get("dialect_opts") or {})}
            options.update(url=self.url, connection=None, literal_binds=True, output_buffer=buffer)
            handler.EnvironmentContext.configure(env, **options)

        env.configure = configure
        with handler.app_context(self.project.app), handler.own_logging(), env:
            self.project.script.run_env()

    # Up, down and up again, in a scratch database.

    def round_trip(self) -> dict[str, Any]:
        return self.walk(self.handler.ancestors(self.source, self.wanted))

    def to_the_head(self) -> dict[str, Any]:
        """Only up: the database has afterwards what the migrations say."""
        self.wanted = []
        return self.walk(frozenset(migration.revision for migration in self.source.migrations))

    def walk(self, needed: frozenset[str]) -> dict[str, Any]:
        handler = self.handler
        handler.refuse_beyond(self.project, self.source)
        session = handler.open_session(handler.make_url(self.url), 10_000)
        connection = session.connection
        connection.info[handler.PROJECT] = self.project
        try:
            table = handler.version_table(connection, self.options)
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {handler.quoted(table.schema)}")
            trips: list[dict[str, Any]] = []
            for migration in self.source.migrations:
                if migration.revision not in needed:
                    continue
                if migration.revision in self.wanted:
                    trip = self.trip(connection, migration, table)
                    trips.append(trip)
                else:
                    trip = self.only_up(connection, migration)
                if trip.get("stops"):
                    return {"trips": trips, "stopped": {"revision": migration.revision, **trip["error"]}}
            return {"trips": trips}
        finally:
            connection.close()

    def only_up(self, connection: Any, migration: Any) -> dict[str, Any]:
        failed = self.attempt("up", migration, lambda: self.up(connection, migration))
        return {} if failed is None else {"error": failed, "stops": True}

    def trip(self, connection: Any, migration: Any, table: Any) -> dict[str, Any]:
        handler = self.handler

        def schema() -> dict[str, str]:
            return handler.read_fingerprint(connection, table)

        trip: dict[str, Any] = {"revision": migration.revision}
        before = schema()
        failed = self.attempt("up", migration, lambda: self.up(connection, migration))
        if failed is not None:
            return {**trip, "error": failed, "stops": True}
        after = schema()
        failed = self.attempt("down", migration, lambda: self.down(connection, migration))
        if failed is not None:
            # In one transaction nothing of it stays, and the next revision can be tried.
            return {**trip, "error": failed, "stops": schema() != after}
        trip["down"] = list(handler.differences(schema(), before))
        failed = self.attempt("again", migration, lambda: self.up(connection, migration))
        if failed is not None:
            return {**trip, "error": failed, "stops": True}
        return {**trip, "again": list(handler.differences(schema(), after))}

    def up(self, connection: Any, migration: Any) -> None:
        handler = self.handler
        step = handler.Step()
        handler.take_step(connection, self.project, migration, step, lambda: None, around=handler.no_reaching_out)

    def down(self, connection: Any, migration: Any) -> None:
        handler, script = self.handler, self.project.script

        def steps(_heads: tuple[str, ...], _context: Any) -> Iterator[Any]:
            step = handler.MigrationStep.downgrade_from_script(
                script.revision_map, script.get_revision(migration.revision)
            )
            downgrade = step.migration_fn

            @handler.functools.wraps(downgrade)
            def watched(**arguments: Any) -> None:
                with handler.no_reaching_out():
                    downgrade(**arguments)

            step.migration_fn = watched
            yield step

        with handler.real_transactions(connection):
            handler.run_environment(
                connection,
                self.project,
                lambda env, arguments: handler.EnvironmentContext.run_migrations(env, **arguments),
                writes=True,
                fn=steps,
                destination_rev=next(iter(migration.down_revisions), "base"),
            )

    def attempt(self, during: str, migration: Any, act: Any) -> dict[str, Any] | None:
        try:
            act()
        except (Exception, SystemExit) as error:
            path = Path(self.project.script.get_revision(migration.revision).path)
            line = self.handler.line_within(path, error)
            return {"during": during, "message": self.why(error), **({} if line is None else {"line": line})}
        return None

    def why(self, error: BaseException) -> str:
        if isinstance(error, self.handler.LiveOnly):
            return "what it does depends on more than its file"
        return str(error) if isinstance(error, self.handler.Refusal) else self.handler.described(error)


ACTIONS = {"render": Tool.render, "round-trip": Tool.round_trip, "to-the-head": Tool.to_the_head}


def main() -> None:
    order = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    try:
        result = ACTIONS[order["action"]](Tool(order))
    except ImportError as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    except Exception as error:
        told = getattr(error, "error", None)
        message = told["message"] if isinstance(told, dict) else f"{type(error).__name__}: {error}"
        result = {"error": message.replace("Nothing was done.", "").strip()}
    with contextlib.closing(answer):
        json.dump(result, answer)


if __name__ == "__main__":
    main()

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import env_support
import migrate_remote_handler as far_side
import pytest
from env_support import FAILS, FIRST, SECOND, THIRD, rows

pytestmark = pytest.mark.skipif(not env_support.SERVER, reason="MIGRATE_REMOTE_TEST_DATABASE is not set")

WAITS = ("bbbb22", "op.execute('SELECT pg_sleep(30)')")


class Lambda:
    """A function that migrates by the project's own script, as such functions are written."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.url = env_support.create_database()
        self.lines: list[str] = []
        self.script = folder / "migration.sh"
        self.write(f'exec "{sys.executable}" -m alembic -c alembic.ini upgrade "${{1:-head}}"')

    def write(self, *body: str) -> None:
        self.script.write_text("\n".join(["#!/bin/sh", "set -e", 'cd "$(dirname "$0")"', *body, ""]))
        self.script.chmod(0o755)

    def options(self, *arguments: str) -> far_side.Options:
        return far_side.Options(
            database_url=self.url,
            alembic_ini=str(self.folder / "alembic.ini"),
            command=(str(self.script), *arguments),
            log=self.lines.append,
        )

    def send(self, event: dict[str, Any], *arguments: str, context: Any = None) -> dict[str, Any]:
        options = self.options(*arguments)
        given = {name: getattr(options, name) for name in ("database_url", "alembic_ini", "command", "log")}
        return far_side.create_handler(**given)(event, context)

    def run(self, *arguments: str, context: Any = None, **parameters: Any) -> dict[str, Any]:
        event = {"admin_operation": "run_migrations", "parameters": parameters, "confirm": True}
        return self.send(event, *arguments, context=context)

    def said(self, event: str) -> list[str]:
        parsed = [json.loads(line) for line in self.lines]
        return [line["message"] for line in parsed if line["event"] == event]


@pytest.fixture
def function(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Lambda:
    """Nothing in the environment: the command is told where the database is."""
    for name in ("DbConnStr", "DATABASE_URL", "AUTO_MIGRATE", "MIGRATION_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    return Lambda(tmp_path)


def statuses(report: dict[str, Any]) -> dict[str, str]:
    return {entry["revision"]: entry["status"] for entry in report["migrations"]}


def test_the_script_applies_and_history_judges(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST, SECOND, THIRD)
    report = function.run()
    assert report["success"], report
    assert statuses(report) == {"aaa111": "applied", "abc123": "applied", "def456": "applied"}
    assert report["run"]["state"] == "succeeded"
    assert "Database migrations completed successfully. Revision: (none) → def456" in function.said("run_succeeded")
    assert rows(function.url, "SELECT state FROM migrate_remote.runs") == [("succeeded",)]
    assert function.run()["migrations"][0]["status"] == "skipped"
    assert len(function.said("script_ended")) == 1


def test_what_fails_after_the_migrations_is_told(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST)
    function.write(f'"{sys.executable}" -m alembic -c alembic.ini upgrade head', "exit 3")
    report = function.run()
    assert report["success"]
    assert statuses(report) == {"aaa111": "applied"}
    [problem] = report["problems"]
    assert problem["code"] == "command_failed"
    assert "ended with exit code 3, although every migration of the plan is applied" in problem["message"]


def test_its_output_is_logged_line_by_line_without_secrets(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST)
    function.write("echo one", "echo", "echo two >&2", 'echo "connecting to $DbConnStr"')
    report = function.run()
    assert report["error"]["code"] == "migration_failed"
    assert "exit code 0, and aaa111 is not applied" in report["error"]["message"]
    assert function.said("script_output")[:2] == ["one", "two"]
    assert "s3cret" not in "".join(function.lines)


def test_a_failure_in_the_middle_tells_what_stands(function: Lambda) -> None:
    """One transaction a revision, as the project's env.py has it."""
    env_support.make_project(function.folder, FIRST, SECOND, FAILS, THIRD)
    env = function.folder / "migrations" / "env.py"
    env.write_text(
        env.read_text().replace("connection=connection", "connection=connection, transaction_per_migration=True")
    )
    report = function.run()
    assert statuses(report) == {"aaa111": "applied", "abc123": "applied", "ffff66": "failed", "def456": "not_executed"}
    assert report["error"]["revision"] == "ffff66"
    assert "exit code 1" in report["error"]["message"]
    assert report["run"]["state"] == "failed"
    assert any("nowhere" in line for line in function.said("script_output"))


def test_a_target_goes_where_the_command_names_it(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST, SECOND, THIRD)
    report = function.run("{target}", target_revision="abc123")
    assert report["current_revisions"] == ["abc123"]
    assert function.run("{target}")["current_revisions"] == ["def456"]


def test_a_command_that_knows_only_the_head_is_sent_nowhere_else(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST, SECOND)
    report = function.run(target_revision="aaa111")
    assert report["error"]["code"] == "unsupported_operation"
    assert function.said("script_output") == []
    assert rows(function.url, "SELECT to_regclass('users')") == [(None,)]


def test_a_command_that_is_not_there(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST)
    function.script.unlink()
    report = function.run()
    assert report["error"]["code"] == "configuration_error"
    assert "could not be started" in report["error"]["message"]


class Context:
    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self.end - time.monotonic()) * 1000)


def backends(url: str, name: str) -> list[tuple[Any, ...]]:
    sql = f"SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '{name}'"
    return rows(url, sql)


def until(what: Callable[[], Any]) -> Any:
    end = time.monotonic() + 30
    while not (seen := what()):
        assert time.monotonic() < end
    return seen


def is_alive(pid: int) -> bool:
    """One that has ended may wait for its parent to hear of it (Z)."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip() != "" and not state.strip().startswith("Z")


def test_out_of_time_it_is_stopped_with_all_that_it_began(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST, WAITS)
    function.write(f'"{sys.executable}" -m alembic -c alembic.ini upgrade head & echo $! > child', "wait")
    context = Context(6)
    report = function.run(context=context)
    assert context.get_remaining_time_in_millis() > 0
    assert report["error"]["code"] == "migration_failed"
    assert "time being over" in report["error"]["message"]
    assert backends(function.url, "script") == []
    child = int((function.folder / "child").read_text())
    until(lambda: not is_alive(child))


def test_its_connection_bears_the_runs_name_and_others_are_kept_out(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST, WAITS)
    told: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: told.append(function.run(context=Context(25))))
    thread.start()
    [(name,)] = until(lambda: backends(function.url, "script$"))
    [(run_id,)] = rows(function.url, "SELECT run_id FROM migrate_remote.runs")
    assert name == f"migrate-remote {run_id} script"
    report = function.run()
    assert report["error"]["code"] == "locked"
    assert report["error"]["lock"]["run_id"] == run_id
    rows(function.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ 'script$'")
    thread.join(30)
    assert told[0]["error"]["code"] == "migration_failed"


def test_a_dead_run_whose_backend_still_works_keeps_others_out(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST)
    function.run()
    run_id = "20261120T104512Z-9f3c1a7e"
    # What a function that was killed leaves behind: its row, and a statement that PostgreSQL goes on with.
    rows(
        function.url,
        f'INSERT INTO migrate_remote.runs SELECT (jsonb_populate_record(r, \'{{"run_id": "{run_id}", "state": "running", "backend_pid": 1, "finished_at": null}}\')).* FROM migrate_remote.runs r',
    )
    env_support.make_project(function.folder, FIRST, SECOND)
    with env_support.psycopg.connect(function.url, application_name=f"migrate-remote {run_id} script"):
        assert function.run()["error"]["code"] in ("locked", "already_running")
    until(lambda: not backends(function.url, "script$"))
    assert function.run()["success"]


def test_the_function_of_document_000(function: Lambda) -> None:
    env_support.make_project(function.folder, FIRST)
    options = function.options()
    report = far_side.run_migration_script(options.command, options, requested_by="pipeline")
    assert report["success"]
    assert report["run"]["requested_by"] == "pipeline"

from __future__ import annotations

import io
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from typing import Any

import env_support
import migrate_remote_handler as far_side
import psycopg
import pytest
from env_support import DROPS, FAILS, FIRST, READS, SECOND, SLEEPS, THIRD, rows

pytestmark = pytest.mark.skipif(not env_support.SERVER, reason="MIGRATE_REMOTE_TEST_DATABASE is not set")


@pytest.fixture(autouse=True)
def a_new_container() -> Iterator[None]:
    far_side.auto_migrated.clear()
    yield
    far_side.auto_migrated.clear()


class App:
    """A deployed application: its project, its database, its environment."""

    def __init__(self, folder: pathlib.Path, environ: Callable[[str, str], None]) -> None:
        self.folder = folder
        self.environ = environ
        self.url = env_support.create_database()
        environ("DATABASE_URL", self.url)
        environ("AUTO_MIGRATE", "true")
        environ("STAGE", "prod")

    def deploy(self, *revisions: tuple[str, ...]) -> None:
        self.environ("ALEMBIC_CONFIG", env_support.make_project(self.folder, *revisions))

    def cold_start(self, **given: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        far_side.auto_migrated.clear()
        return self.call(**given)

    def call(self, **given: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        said = io.StringIO()
        with redirect_stdout(said):
            told = far_side.auto_migrate(**given)
        return told, [json.loads(line) for line in said.getvalue().splitlines()]

    def executed(self) -> list[str]:
        return [revision for (revision,) in rows(self.url, "SELECT revision FROM executed")]

    def runs(self) -> list[tuple[str, str]]:
        return rows(self.url, "SELECT state, requested_by FROM migrate_remote.runs ORDER BY started_at")


@pytest.fixture
def app(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> App:
    for name in ("DbConnStr", "FLASK_ENV", "APP_ENV", "FLASK_APP", "MIGRATION_REQUIRED", "MIGRATION_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    return App(tmp_path, monkeypatch.setenv)


def infos(lines: list[dict[str, Any]]) -> list[str]:
    return [line["message"] for line in lines if line["level"] == "info"]


def warning(lines: list[dict[str, Any]]) -> str:
    (line,) = [line for line in lines if line["event"] == "auto_migrate"]
    assert line["level"] == "warn"
    assert "served with the database as it is" in line["message"]
    return line["message"]


def test_without_the_variable_nothing_is_done(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.deploy(FIRST)
    monkeypatch.setenv("AUTO_MIGRATE", "false")
    told, lines = app.cold_start()
    assert (told["outcome"], lines) == ("disabled", [])
    assert rows(app.url, "SELECT to_regclass('users')") == [(None,)]


def test_an_empty_database_is_migrated_also_by_what_would_destroy_in_another(app: App) -> None:
    app.deploy(FIRST, READS, DROPS)
    told, lines = app.cold_start()
    assert (told["outcome"], told["current_revisions"]) == ("migrated", ["dddd44"])
    assert "Migration state: empty" in infos(lines)
    assert app.executed() == ["aaa111", "eeee55", "dddd44"]
    assert app.runs() == [("succeeded", "auto-migrate")]


def test_pending_migrations_with_the_lines_of_old(app: App) -> None:
    app.deploy(FIRST, SECOND)
    app.cold_start()
    app.deploy(FIRST, SECOND, SLEEPS, THIRD)
    app.environ("APP_ENV", "development")
    told, lines = app.cold_start()
    assert told["outcome"] == "migrated"
    said = [line for line in infos(lines) if not line.startswith(("migrate-remote", "Appl", "Metrics"))]
    assert said == [
        "Migration state: pending_migrations",
        "Running 2 pending migrations...",
        "Database migrations completed successfully. Revision: abc123 → def456",
    ]
    told, lines = app.cold_start()
    assert told["outcome"] == "up_to_date"
    assert "Auto-migration: Database is up to date" in infos(lines)


def test_once_a_container(app: App) -> None:
    app.deploy(FIRST)
    first, _ = app.cold_start()
    app.deploy(FIRST, SECOND)
    again, lines = app.call()
    assert (again, lines) == (first, [])
    assert app.executed() == ["aaa111"]


def test_threads_of_one_container_wait_for_its_one_attempt(app: App) -> None:
    app.deploy(FIRST, SLEEPS)
    told: list[dict[str, Any]] = []
    threads = [threading.Thread(target=lambda: told.append(far_side.auto_migrate())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [one["outcome"] for one in told] == ["migrated"] * 8
    assert app.executed() == ["aaa111", "bbbb22"]


class TestTablesWithoutHistory:
    @pytest.fixture(autouse=True)
    def older(self, app: App) -> None:
        """Made by hand once, exactly as the first two revisions make it."""
        app.deploy(FIRST, SECOND)
        app.cold_start()
        rows(app.url, "DROP TABLE alembic_version")
        app.deploy(FIRST, SECOND, THIRD)

    @pytest.mark.parametrize(
        "environ", [{}, {"FLASK_ENV": "production"}, {"FLASK_ENV": "development", "APP_ENV": "staging"}]
    )
    def test_production_leaves_them_to_a_person(self, app: App, environ: dict[str, str]) -> None:
        for name, value in environ.items():
            app.environ(name, value)
        told, lines = app.cold_start()
        assert told["outcome"] == "not_permitted"
        assert "migrate-remote run --fix-history --stage prod" in warning(lines)
        assert rows(app.url, "SELECT to_regclass('alembic_version'), to_regclass('orders')") == [(None, None)]

    def test_development_repairs_and_goes_on(self, app: App) -> None:
        app.environ("FLASK_ENV", "development")
        told, lines = app.cold_start()
        assert told["outcome"] == "migrated", lines
        assert "Migration state: tables_without_migration_history" in infos(lines)
        assert app.executed() == ["aaa111", "abc123", "def456"]


@pytest.mark.parametrize("last", [DROPS, READS], ids=["destroys", "cannot be rendered"])
def test_what_may_destroy_is_a_persons_in_production(app: App, last: tuple[str, ...]) -> None:
    app.deploy(FIRST)
    app.cold_start()
    app.deploy(FIRST, SECOND, last)
    told, lines = app.cold_start()
    assert told["outcome"] == "not_permitted"
    assert "migrate-remote run --allow-destructive --stage prod" in warning(lines)
    assert last[0] in warning(lines)
    assert app.executed() == ["aaa111"]
    app.environ("APP_ENV", "development")
    assert app.cold_start()[0]["outcome"] == "migrated"
    assert app.executed() == ["aaa111", "abc123", last[0]]


def test_an_inconsistent_history_is_a_warning(app: App) -> None:
    app.deploy(FIRST, SECOND)
    app.cold_start()
    app.deploy(FIRST)
    app.environ("APP_ENV", "development")
    told, lines = app.cold_start()
    assert told["outcome"] == "inconsistent"
    assert "Repair it by hand: migrate-remote fix-history --revision REV" in warning(lines)


def test_a_failure_is_not_tried_again_at_once(app: App) -> None:
    app.deploy(FIRST)
    app.cold_start()
    app.deploy(FIRST, SECOND, FAILS)
    told, lines = app.cold_start()
    assert told["outcome"] == "failed"
    assert "ffff66" in warning(lines) and "nowhere" in warning(lines)
    assert app.executed() == ["aaa111", "abc123"]
    # What failed is another plan than before, now that abc123 is applied: it may be tried once more, and then no more for a while.
    assert app.cold_start()[0]["outcome"] == "failed"
    told, lines = app.cold_start()
    assert told["outcome"] == "put_off"
    assert "failed once" in warning(lines)
    assert len(app.runs()) == 3
    # Corrected, it is yet another plan.
    app.deploy(FIRST, SECOND, (FAILS[0], "op.execute('SELECT 1')"))
    app.environ("APP_ENV", "development")
    assert app.cold_start()[0]["outcome"] == "migrated"


def test_after_a_while_a_failure_is_tried_again_and_the_while_doubles(app: App) -> None:
    app.deploy(FIRST, FAILS)
    app.cold_start()
    assert app.cold_start()[0]["outcome"] == "failed"
    later = "UPDATE migrate_remote.runs SET started_at = started_at - interval '{0}', finished_at = finished_at - interval '{0}'"
    assert app.cold_start()[0]["outcome"] == "put_off"
    rows(app.url, later.format("61 seconds"))
    assert app.cold_start()[0]["outcome"] == "failed"
    rows(app.url, later.format("61 seconds"))
    told, _ = app.cold_start()
    assert told["outcome"] == "put_off" and "failed 2 times" in told["message"]
    rows(app.url, later.format("61 seconds"))
    assert app.cold_start()[0]["outcome"] == "failed"


def test_a_database_out_of_reach_does_not_keep_the_application_from_starting(app: App) -> None:
    app.deploy(FIRST)
    app.environ("DATABASE_URL", "postgresql://app:s3cret@127.0.0.1:1/app")
    began = time.monotonic()
    told, lines = app.cold_start()
    assert told["outcome"] == "failed"
    assert time.monotonic() - began < 20
    assert "s3cret" not in json.dumps([told, lines])
    assert "The application is served with the database as it is." in warning(lines)
    app.environ("MIGRATION_REQUIRED", "true")
    with pytest.raises(RuntimeError, match="MIGRATION_REQUIRED"):
        app.cold_start()


def test_an_application_that_is_not_served_is_not_said_to_be(
    app: App,
) -> None:
    app.deploy(FIRST)
    app.environ("DATABASE_URL", "postgresql://app:s3cret@127.0.0.1:1/app")
    app.environ("MIGRATION_REQUIRED", "true")
    said = io.StringIO()
    with redirect_stdout(said), pytest.raises(RuntimeError, match="MIGRATION_REQUIRED"):
        far_side.auto_migrate()
    assert "Auto-migration: " in said.getvalue()
    assert "The application is served" not in said.getvalue()


def test_a_required_migration_is_tried_again_by_the_next_call(app: App) -> None:
    app.environ("MIGRATION_REQUIRED", "1")
    app.environ("MIGRATION_TIMEOUT", "no number")
    app.deploy(FIRST)
    with pytest.raises(RuntimeError, match="MIGRATION_TIMEOUT"):
        app.cold_start()
    app.environ("MIGRATION_TIMEOUT", "60")
    assert app.call()[0]["outcome"] == "migrated"


class TestAnotherRunAtWork:
    def hold(self, app: App) -> psycopg.Connection[Any]:
        """What a run of the command line has while it works."""
        holder = psycopg.connect(
            app.url, autocommit=True, application_name="migrate-remote 20261120T104512Z-9f3c1a7e ana"
        )
        holder.execute(f"SELECT pg_advisory_lock({far_side.LOCK_KEY})")
        return holder

    def test_the_wait_is_bounded(self, app: App) -> None:
        app.deploy(FIRST)
        app.environ("MIGRATION_TIMEOUT", "2")
        with self.hold(app):
            began = time.monotonic()
            told, lines = app.cold_start()
            assert time.monotonic() - began < 8
        assert told["outcome"] == "busy"
        assert "20261120T104512Z-9f3c1a7e" in warning(lines)

    def test_it_goes_on_when_the_lock_is_free(self, app: App) -> None:
        app.deploy(FIRST)
        holder = self.hold(app)
        told: list[dict[str, Any]] = []
        lines: list[str] = []
        options = far_side.options_from(os.environ, log=lines.append)
        thread = threading.Thread(target=lambda: told.append(far_side.auto_migrate(options)))
        thread.start()
        looked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ 'status'"
        while not rows(app.url, looked):
            assert thread.is_alive()
        holder.close()
        thread.join(30)
        assert told[0]["outcome"] == "migrated"

    def test_a_request_keeps_half_of_its_time(self, app: App) -> None:
        class Context:
            end = time.monotonic() + 4

            def get_remaining_time_in_millis(self) -> int:
                return int((self.end - time.monotonic()) * 1000)

        app.deploy(FIRST)
        with self.hold(app):
            context = Context()
            assert app.cold_start(context=context)[0]["outcome"] == "busy"
            assert context.get_remaining_time_in_millis() > 500


def start_containers(count: int) -> list[dict[str, Any]]:
    folder = pathlib.Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-B", str(folder / "env_cold_starts.py"), str(count)],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def outcomes(containers: list[dict[str, Any]]) -> dict[str, int]:
    told = [container["told"]["outcome"] for container in containers]
    return {outcome: told.count(outcome) for outcome in sorted(set(told))}


def test_fifty_cold_starts_apply_each_migration_once(app: App) -> None:
    app.deploy(FIRST, SECOND, SLEEPS, THIRD)
    containers = start_containers(50)
    assert [container["served"] for container in containers] == ["served"] * 50
    assert outcomes(containers) == {"migrated": 1, "up_to_date": 49}
    assert app.executed() == ["aaa111", "abc123", "bbbb22", "def456"]
    assert app.runs() == [("succeeded", "auto-migrate")]


def test_many_cold_starts_of_what_fails_all_serve_and_leave_the_database_alone(app: App) -> None:
    app.deploy(FIRST)
    app.cold_start()
    app.deploy(FIRST, FAILS)
    containers = start_containers(20)
    assert [container["served"] for container in containers] == ["served"] * 20
    assert set(outcomes(containers)) <= {"failed", "put_off"}
    assert [state for state, _ in app.runs()] == ["succeeded", "failed"], outcomes(containers)
    assert app.executed() == ["aaa111"]

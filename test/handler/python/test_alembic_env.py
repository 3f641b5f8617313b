"""The project's own env.py is really run, and untouched."""

from __future__ import annotations

import logging
import os
import pathlib
import re

import pytest
import sqlalchemy
from alembic_support import DRIVERS, Project, apply_all, nothing, on_server
from migrate_remote_handler import (
    Options,
    Refusal,
    apply_step,
    has_tables,
    is_connection_lost,
    read_history,
    read_source,
    render_sql,
    stamp,
)
from sqlalchemy.engine import make_url


def refused(project: Project) -> dict[str, object]:
    with project.connect() as connection, pytest.raises(Refusal) as caught:
        read_history(connection, project.options)
    return caught.value.error


def tables_of(project: Project, schema: str) -> list[str]:
    return [
        row[0]
        for row in project.query(f"SELECT tablename::text FROM pg_tables WHERE schemaname = '{schema}' ORDER BY 1")
    ]


def test_its_version_table(by_each_driver: Project) -> None:
    project = by_each_driver
    project.env(configure=', version_table="history", version_table_schema="ops", include_schemas=True')
    project.table("a1")
    project.table("b2", "a1")
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE SCHEMA ops")
    with project.connect() as connection:
        assert read_history(connection, project.options).versions == ()
        assert has_tables(connection, project.options) is False
        apply_step(connection, read_source(project.options).migrations[0], project.options, nothing)
        assert read_history(connection, project.options).versions == ("a1",)
        assert has_tables(connection, project.options) is True
        stamp(connection, ("b2",), project.options, nothing)
        assert read_history(connection, project.options).versions == ("b2",)
    assert tables_of(project, "ops") == ["history"]
    assert tables_of(project, "public") == ["t_a1"]


def test_a_schema_that_it_makes_before(by_each_driver: Project) -> None:
    """Left uncommitted on a connection of its own, where our CREATE TABLE would wait for it without end."""
    project = by_each_driver
    project.env(
        before="connection.exec_driver_sql('CREATE SCHEMA IF NOT EXISTS ops')", configure=', version_table_schema="ops"'
    )
    project.table("a1")
    with project.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = '3s'")
        assert read_history(connection, project.options).versions == ()
        # Whoever only asks makes nothing.
        assert project.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'ops'") == [(0,)]
        apply_all(project, connection)
    assert tables_of(project, "ops") == ["alembic_version"]


def test_a_lock_that_it_took(project: Project) -> None:
    project.env(before="connection.exec_driver_sql('LOCK TABLE seen')")
    project.revision("a1", None, "op.execute('DROP TABLE seen')")
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE TABLE seen ()")
    with project.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = '3s'")
        apply_all(project, connection)
    assert project.versions() == ["a1"]


def test_the_search_path_that_it_sets(by_each_driver: Project) -> None:
    project = by_each_driver
    project.env(before="connection.exec_driver_sql('SET search_path = tenant')")
    project.table("a1")
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE SCHEMA tenant")
    with project.connect() as connection:
        apply_all(project, connection)
        assert read_history(connection, project.options).versions == ("a1",)
        assert connection.exec_driver_sql("SHOW search_path").scalar() == '"$user", public'
    assert tables_of(project, "tenant") == ["alembic_version", "t_a1"]


def test_what_it_set_is_undone_after_a_failure_too(by_each_driver: Project) -> None:
    project = by_each_driver
    project.env(before="connection.exec_driver_sql('SET search_path = tenant')")
    project.revision("a1", None, "op.execute('TABLE missing')")
    with project.connect() as connection:
        with pytest.raises(Refusal):
            apply_all(project, connection)
        assert connection.exec_driver_sql("SHOW search_path").scalar() == '"$user", public'


def test_the_role_that_it_takes(project: Project) -> None:
    role = f"owner_{project.url.rpartition('_')[2].partition('?')[0]}"
    with on_server(project.url) as server:
        server.exec_driver_sql(f"CREATE ROLE {role}")
        server.exec_driver_sql(f"GRANT CREATE ON SCHEMA public TO {role}")
    try:
        project.env(before=f"connection.exec_driver_sql('SET ROLE {role}')")
        project.table("a1")
        with project.connect() as connection:
            apply_all(project, connection)
            assert connection.exec_driver_sql("SHOW role").scalar() == "none"
        assert project.query("SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'public'") == [(role,)]
    finally:
        with on_server(project.url) as server:
            server.exec_driver_sql(f"DROP OWNED BY {role}")
            server.exec_driver_sql(f"DROP ROLE {role}")


def test_a_schema_translation(project: Project) -> None:
    project.env(before="connection = connection.execution_options(schema_translate_map={'per_tenant': 'acme'})")
    project.revision("a1", None, "op.create_table('t_a1', sa.Column('id', sa.Integer), schema='per_tenant')")
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE SCHEMA acme")
    with project.connect() as connection:
        apply_all(project, connection)
        assert connection.get_execution_options().get("schema_translate_map") is None
    assert tables_of(project, "acme") == ["t_a1"]


def test_what_it_hooks_into(project: Project) -> None:
    project.env(
        configure=", on_version_apply=lambda ctx, step, heads, run_args: ctx.connection.exec_driver_sql('CREATE TABLE t_hook ()')"
    )
    project.table("a1")
    with project.connect() as connection:
        apply_all(project, connection)
    assert project.tables() == ["t_a1", "t_hook"]


@pytest.mark.parametrize(
    "option", [", transaction_per_migration=True", ", transactional_ddl=False", ", transaction_per_migration=False"]
)
def test_how_it_would_have_transactions(project: Project, option: str) -> None:
    project.env(configure=option)
    project.table("a1")
    project.revision("b2", "a1", "op.execute('CREATE TABLE t_b2 ()')\nop.execute('TABLE missing')")
    with project.connect() as connection, pytest.raises(Refusal):
        apply_all(project, connection)
    assert (project.versions(), project.tables()) == (["a1"], ["t_a1"])


ASYNC = """
import asyncio

from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import async_engine_from_config

config = context.config


def do_run_migrations(connection):
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()


async def run_async_migrations():
    engine = async_engine_from_config(config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(do_run_migrations)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(run_async_migrations())
"""


def test_an_asynchronous_one(by_each_driver: Project) -> None:
    project = by_each_driver
    project.write("migrations/env.py", ASYNC)
    project.table("a1")
    project.revision(
        "b2",
        "a1",
        "with op.get_context().autocommit_block():\n    op.execute('CREATE INDEX CONCURRENTLY i ON t_a1 (id)')",
    )
    project.revision("c3", "b2", "op.execute('TABLE missing')")
    with project.connect() as connection:
        with pytest.raises(Refusal) as caught:
            apply_all(project, connection)
        assert caught.value.error["sqlstate"] == "42P01"
        source = read_source(project.options)
        rendered = render_sql(connection, source, source.migrations[:1], (), project.options)
        assert "CREATE TABLE t_a1" in (rendered["a1"] or "")
    assert project.versions() == ["b2"]


FLASK = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Thing(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = {url!r}
    db.init_app(app)
    Migrate(app, db, version_table="flask_history")
    return app
"""


def flask_layout(project: Project) -> tuple[Options, str]:
    """As `flask db init` makes it: alembic.ini inside migrations/, which names no script location."""
    import flask_migrate

    template = pathlib.Path(flask_migrate.__file__).parent / "templates" / "flask"
    project.write("migrations/env.py", (template / "env.py").read_text())
    project.write("migrations/alembic.ini", (template / "alembic.ini.mako").read_text())
    (project.folder / "alembic.ini").unlink()
    module = f"shop_{project.folder.name}"
    url = make_url(project.url).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    project.write(f"{module}.py", FLASK.format(url=url))
    return Options(flask_app=f"{module}:create_app"), module


def test_flask_migrate(by_each_driver: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project = by_each_driver
    options, module = flask_layout(project)
    project.table("a1")
    project.revision(
        "b2", "a1", "from flask import current_app\nop.execute('CREATE TABLE t_' + current_app.name[:4] + ' ()')"
    )
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(project.folder))
    with project.connect() as connection:
        for each in read_source(options).migrations:
            apply_step(connection, each, options, nothing)
        assert read_history(connection, options).versions == ("b2",)
        source = read_source(options)
        assert "CREATE TABLE t_a1" in (render_sql(connection, source, source.migrations, (), options)["a1"] or "")
    assert tables_of(project, "public") == ["flask_history", "t_a1", "t_shop"]
    assert module.startswith("shop")


def test_an_application_that_cannot_be_loaded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    flask_layout(project)
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(project.folder))
    with pytest.raises(Refusal) as caught:
        read_source(Options(flask_app="no_such_shop:create_app"))
    assert caught.value.error["code"] == "configuration_error"
    assert "no_such_shop" in caught.value.error["message"]
    assert "FLASK_APP" in caught.value.error["hint"]


def test_another_database(project: Project) -> None:
    """A template is always there, and nobody may confuse it."""
    project.env(
        before="connection = __import__('sqlalchemy').create_engine(engine.url.set(database='postgres'), poolclass=pool.NullPool).connect()"
    )
    project.table("a1")
    error = refused(project)
    assert error["code"] == "configuration_error"
    assert re.search(
        r"env.py connects to another database \(postgres at 127.0.0.1:\d+\) than this handler \(alembic_",
        str(error["message"]),
    )
    assert "sqlalchemy.url" in str(error["hint"])
    assert project.tables() == []


def test_its_password_is_told_nobody(project: Project) -> None:
    project.env(before="raise RuntimeError('cannot use ' + str(engine.url.render_as_string(hide_password=False)))")
    error = refused(project)
    assert error["code"] == "configuration_error"
    assert make_url(project.url).password not in str(error)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_module\n", "env.py, line 1, failed: ModuleNotFoundError: No module named 'no_such_module'"),
        ("import os\nos.environ['NO_SUCH_URL']\n", "env.py, line 2, failed: KeyError"),
        ("import sys\nsys.exit(4)\n", "env.py, line 2, failed: SystemExit: 4"),
        ("def upgrade(:\n", "env.py"),
        ("pass\n", "env.py ended without context.run_migrations()"),
        ("from alembic import context\ncontext.configure(dialect_name='postgresql')\n", "ended without"),
    ],
)
def test_one_that_fails(project: Project, text: str, said: str) -> None:
    project.write("migrations/env.py", text)
    error = refused(project)
    assert error["code"] == "configuration_error"
    assert said in str(error["message"])
    assert "alembic current" in str(error["hint"])


def test_one_that_cannot_connect(project: Project) -> None:
    project.env(
        before="__import__('sqlalchemy').create_engine('postgresql+psycopg2://nobody:hidden@127.0.0.1:1/none').connect()"
    )
    error = refused(project)
    assert error["code"] == "configuration_error"
    assert "hidden" not in str(error)


def test_one_that_keeps_what_goes_wrong_to_itself(project: Project) -> None:
    text = (project.folder / "migrations/env.py").read_text()
    project.write(
        "migrations/env.py",
        text.replace(
            "else:\n    online()",
            "else:\n    try:\n        online()\n    except Exception:\n        raise SystemError('something') from None",
        ),
    )
    project.revision("a1", None, "op.execute('TABLE missing')")
    with project.connect() as connection, pytest.raises(Refusal) as caught:
        apply_all(project, connection)
    assert caught.value.error["sqlstate"] == "42P01"
    project.write(
        "migrations/env.py",
        text.replace("else:\n    online()", "else:\n    try:\n        online()\n    except Exception:\n        pass"),
    )
    with project.connect() as connection, pytest.raises(Refusal) as caught:
        apply_all(project, connection)
    assert caught.value.error["sqlstate"] == "42P01"


def test_one_that_fails_afterwards(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    """What is committed is applied, whatever env.py does then."""
    with (project.folder / "migrations/env.py").open("a") as file:
        file.write(
            "\nif not context.is_offline_mode() and context.get_context().opts.get('destination_rev'):\n    raise RuntimeError('afterwards')\n"
        )
    project.table("a1")
    with project.connect() as connection:
        apply_all(project, connection)
    assert project.versions() == ["a1"]
    assert "env.py failed after a1 was applied: RuntimeError: afterwards" in caplog.text


def test_one_that_migrates_several_schemas(project: Project) -> None:
    project.write(
        "migrations/env.py",
        """
        from alembic import context
        from sqlalchemy import engine_from_config
        engine = engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.")
        for schema in ("one", "two"):
            with engine.connect() as connection:
                context.configure(connection=connection, version_table_schema=schema)
                with context.begin_transaction():
                    context.run_migrations()
        """,
    )
    error = refused(project)
    assert error["code"] == "configuration_error"
    assert "more than once" in str(error["message"])


@pytest.mark.parametrize("name", ["DATABASE_URL", "DbConnStr"])
def test_one_that_reads_the_environment(project: Project, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is none where the URL comes from a secret; then it is there while env.py runs, and no longer."""
    for each in ("DATABASE_URL", "DbConnStr"):
        monkeypatch.delenv(each, raising=False)
    project.env()
    text = (project.folder / "migrations/env.py").read_text()
    project.write(
        "migrations/env.py",
        text.replace(
            "\n\ndef offline",
            f"\nimport os\nurl = os.environ[{name!r}].replace('postgresql:', 'postgresql+psycopg2:')\nconfig.set_main_option('sqlalchemy.url', url.replace('%', '%%'))\n\n\ndef offline",
            1,
        ),
    )
    project.table("a1")
    with project.connect() as connection:
        apply_all(project, connection)
    assert project.versions() == ["a1"]
    assert name not in os.environ
    monkeypatch.setenv(name, "postgresql://nobody@127.0.0.1:1/none")
    assert refused(project)["code"] == "configuration_error"
    assert os.environ[name] == "postgresql://nobody@127.0.0.1:1/none"


def test_its_logging_is_left_alone(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    project.table("a1")
    ours = logging.getLogger("somebody.elses")
    handlers = list(logging.getLogger().handlers)
    with project.connect() as connection:
        apply_all(project, connection)
    assert ours.disabled is False
    assert logging.getLogger().handlers == handlers
    assert logging.getLogger("alembic.runtime.migration").disabled is False
    assert capfd.readouterr().err == ""


def test_a_pool_that_it_keeps(project: Project) -> None:
    """A function may freeze for hours after this: the fixture's DROP DATABASE fails where a connection is left."""
    text = (project.folder / "migrations/env.py").read_text()
    project.write(
        "migrations/env.py",
        text.replace(", poolclass=pool.NullPool", "").replace("engine = ", "global engine\n    engine = "),
    )
    project.table("a1")
    with project.connect() as connection:
        apply_all(project, connection)
    assert project.versions() == ["a1"]


@pytest.mark.parametrize("theirs", DRIVERS)
@pytest.mark.parametrize("ours", DRIVERS)
def test_a_driver_of_its_own(project: Project, ours: str, theirs: str) -> None:
    project.driver = ours
    ini = project.folder / "alembic.ini"
    ini.write_text(
        ini.read_text().replace(
            "driver://user:pass@localhost/dbname", f"postgresql+{theirs}://app@db/app?sslmode=require"
        )
    )
    project.env(before=f"assert engine.driver == {theirs!r}")
    project.table("a1")
    with project.connect() as connection:
        apply_all(project, connection)
    assert project.versions() == ["a1"]


def test_ours_breaks_while_it_runs(project: Project) -> None:
    project.table("a1")
    with project.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with on_server(project.url) as server:
            server.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
        with pytest.raises(sqlalchemy.exc.DBAPIError) as caught:
            read_history(connection, project.options)
        assert is_connection_lost(caught.value)
        connection.invalidate()


def test_it_is_read_within_a_transaction_that_only_reads(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    with project.connect() as connection:
        apply_all(project, connection)
    with project.connect() as connection:
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        started = connection.exec_driver_sql("SELECT now()").scalar()
        assert read_history(connection, project.options).versions == ("a1",)
        assert has_tables(connection, project.options) is True
        assert connection.exec_driver_sql("SELECT now()").scalar() == started
        connection.exec_driver_sql("ROLLBACK")

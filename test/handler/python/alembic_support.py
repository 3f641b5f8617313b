"""Alembic projects made for one test, and databases for them."""

from __future__ import annotations

import itertools
import os
import pathlib
import secrets
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy
from migrate_remote_handler import Options, database_engine
from sqlalchemy.engine import Connection, make_url

DRIVERS = ("psycopg2", "psycopg", "pg8000")

ENV = """
from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
fileConfig(config.config_file_name)


def offline():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True{configure})
    with context.begin_transaction():
        context.run_migrations()


def online():
    engine = engine_from_config(config.get_section(config.config_ini_section, {{}}), prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        {before}
        context.configure(connection=connection, target_metadata=None{configure})
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    offline()
else:
    online()
"""

INI = """
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = driver://user:pass@localhost/dbname

[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic
[formatter_generic]
format = %(message)s
"""


@dataclass
class Project:
    """A folder with alembic.ini and migrations/, and a database."""

    folder: pathlib.Path
    url: str
    driver: str = "psycopg2"
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def options(self) -> Options:
        return Options(alembic_ini=str(self.folder / "alembic.ini"))

    def env(self, *, configure: str = "", before: str = "pass") -> None:
        self.write("migrations/env.py", ENV.format(configure=configure, before=before))

    def write(self, path: str, text: str) -> pathlib.Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        return file

    def revision(
        self,
        name: str,
        down: str | tuple[str, ...] | None = None,
        upgrade: str = "pass",
        *,
        depends_on: str | tuple[str, ...] | None = None,
        labels: str | None = None,
        imports: str = "",
    ) -> pathlib.Path:
        body = textwrap.indent(textwrap.dedent(upgrade).strip(), "    ")
        text = (
            f'"""make {name}"""\nfrom alembic import op\nimport sqlalchemy as sa\n{imports}\n\nrevision = {name!r}\n'
            f"down_revision = {down!r}\nbranch_labels = {labels!r}\ndepends_on = {depends_on!r}\n\n\n"
            f"def upgrade():\n{body}\n\n\ndef downgrade():\n    pass\n"
        )
        # Not in the order of the names: the order of files must not matter.
        return self.write(f"migrations/versions/{9 - next(self.numbers) % 10}_{name}.py", text)

    def table(self, name: str, down: str | tuple[str, ...] | None = None, **more: Any) -> pathlib.Path:
        return self.revision(
            name, down, f"op.create_table('t_{name}', sa.Column('id', sa.Integer, primary_key=True))", **more
        )

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """As the handler connects: one physical connection, in autocommit."""
        engine = database_engine(make_url(self.url).set(drivername=f"postgresql+{self.driver}"))
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def query(self, text: str) -> list[Any]:
        """What another session sees."""
        with on_server(self.url) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(text)]

    def versions(self) -> list[str]:
        return sorted(row[0] for row in self.query("SELECT version_num FROM alembic_version"))

    def tables(self) -> list[str]:
        return [
            row[0]
            for row in self.query(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 't\\_%%' ORDER BY 1"
            )
        ]


@contextmanager
def on_server(url: str) -> Iterator[Connection]:
    engine = sqlalchemy.create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        isolation_level="AUTOCOMMIT",
        poolclass=sqlalchemy.pool.NullPool,
    )
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def database() -> Iterator[str]:
    """A new database, as a URL."""
    server = os.environ.get("MIGRATE_REMOTE_TEST_DATABASE")
    if not server:
        pytest.skip("MIGRATE_REMOTE_TEST_DATABASE names no PostgreSQL")
    name = f"alembic_{secrets.token_hex(6)}"
    with on_server(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with on_server(server) as connection:
        # Without FORCE: a connection that was left open fails the test.
        connection.exec_driver_sql(f"DROP DATABASE {name}")


@pytest.fixture
def project(tmp_path: pathlib.Path, database: str) -> Project:
    return make_project(tmp_path, database)


def make_project(folder: pathlib.Path, url: str) -> Project:
    made = Project(folder, url)
    made.write("alembic.ini", INI)
    made.env()
    (folder / "migrations" / "versions").mkdir()
    return made


@pytest.fixture(params=DRIVERS)
def by_each_driver(request: pytest.FixtureRequest, project: Project) -> Project:
    project.driver = request.param
    return project


def nothing() -> None:
    """Nothing goes along."""


def apply_all(project: Project, connection: Connection, alongside: Callable[[], None] = nothing) -> None:
    """Applies what is pending, step by step, as a run does."""
    from migrate_remote_handler import apply_step, assess, has_tables, read_history, read_source

    source = read_source(project.options)
    found = assess(source, read_history(connection, project.options), has_tables(connection, project.options))
    for migration in found.pending:
        apply_step(connection, migration, project.options, alongside)

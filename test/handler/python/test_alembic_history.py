"""What alembic_version says, and what else is in the database. Only reads."""

from __future__ import annotations

import pytest
from alembic_support import Project, on_server
from migrate_remote_handler import History, assess, has_tables, read_history, read_source


@pytest.mark.parametrize(
    ("rows", "versions"), [((), ()), (("a1",), ("a1",)), (("c1", "b1"), ("b1", "c1")), (("gone", "a1"), ("a1", "gone"))]
)
def test_rows(by_each_driver: Project, rows: tuple[str, ...], versions: tuple[str, ...]) -> None:
    project = by_each_driver
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        for row in rows:
            server.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{row}')")
    with project.connect() as connection:
        assert read_history(connection, project.options) == History(versions)


def test_no_table(project: Project) -> None:
    with project.connect() as connection:
        assert read_history(connection, project.options) == History(())
    assert project.query("SELECT count(*) FROM pg_class WHERE relname = 'alembic_version'") == [(0,)]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("alembic_version (version text)", "has no column version_num"),
        ("alembic_version ()", "has no column version_num"),
        ("alembic_version (version_num int)", "has a version_num that is no text"),
    ],
)
def test_a_table_of_somebody_elses(project: Project, table: str, said: str) -> None:
    project.table("a1")
    with on_server(project.url) as server:
        server.exec_driver_sql(f"CREATE TABLE {table}")
    with project.connect() as connection:
        history = read_history(connection, project.options)
        found = assess(read_source(project.options), history, has_tables(connection, project.options))
    assert history.versions == ()
    assert "The table public.alembic_version" in (history.unreadable or "")
    assert said in (history.unreadable or "")
    assert found.state == "inconsistent"


def test_rows_that_say_nothing(project: Project) -> None:
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
        server.exec_driver_sql("INSERT INTO alembic_version VALUES (NULL), (''), ('a1'), ('a1')")
    with project.connect() as connection:
        assert read_history(connection, project.options) == History(("a1",))


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("SELECT 1", False),
        ("CREATE TABLE alembic_version (version_num text)", False),
        ("CREATE SCHEMA migrate_remote; CREATE TABLE migrate_remote.runs ()", False),
        ("CREATE VIEW v AS SELECT 1", False),
        ("CREATE TYPE mood AS ENUM ('a')", False),
        ("CREATE TABLE t ()", True),
        ("CREATE SCHEMA s; CREATE TABLE s.t ()", True),
        ("CREATE SCHEMA s; CREATE TABLE s.alembic_version ()", True),
        ("CREATE TABLE t (x int) PARTITION BY RANGE (x)", True),
    ],
)
def test_tables(project: Project, made: str, found: bool) -> None:
    with on_server(project.url) as server:
        server.exec_driver_sql(made)
    with project.connect() as connection:
        read_history(connection, project.options)
        assert has_tables(connection, project.options) is found


def test_a_table_elsewhere_on_the_search_path(project: Project) -> None:
    with on_server(project.url) as server:
        server.exec_driver_sql('CREATE SCHEMA "Ops"; CREATE TABLE "Ops".alembic_version (version_num text)')
        server.exec_driver_sql("INSERT INTO \"Ops\".alembic_version VALUES ('a1')")
        name = server.exec_driver_sql("SELECT current_database()").scalar()
        server.exec_driver_sql(f'ALTER DATABASE {name} SET search_path = public, "Ops"')
    with project.connect() as connection:
        assert read_history(connection, project.options) == History(("a1",))
        assert has_tables(connection, project.options) is False

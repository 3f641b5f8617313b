"""History found out from the schema: exactly one state must have it, and nothing is ever guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from alembic_support import Project, apply_all, on_server
from migrate_remote_handler import (
    Refusal,
    VersionTable,
    apply_step,
    catalog_queries,
    database_engine,
    differences,
    read_fingerprint,
    read_source,
    recognise,
)
from sqlalchemy.engine import Connection, make_url


def found(project: Project) -> tuple[str, ...]:
    opened: list[Connection] = []

    def open_database(name: str) -> Connection:
        url = make_url(project.url).set(database=name, drivername=f"postgresql+{project.driver}")
        opened.append(database_engine(url).connect())
        return opened[-1]

    with project.connect() as connection:
        before = scratches(project)
        try:
            return recognise(connection, read_source(project.options), project.options, open_database)
        finally:
            assert scratches(project) == before
            assert all(each.closed for each in opened)
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def scratches(project: Project) -> list[object]:
    # Of this project's server, but perhaps of another test's.
    return project.query("SELECT datname FROM pg_database WHERE datname LIKE 'migrate_remote_scratch%%' ORDER BY 1")


def refused(project: Project) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        found(project)
    assert project.query("SELECT count(*) FROM pg_class WHERE relname = 'alembic_version'") == [(0,)]
    return caught.value.error["code"], caught.value.error["message"]


def lose_history(project: Project, *, at: int) -> None:
    """The schema of the first ``at`` revisions, without history."""
    with project.connect() as connection:
        later = read_source(project.options).migrations[at:]
        apply_some(project, connection, {each.revision for each in later})
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")


def apply_some(project: Project, connection: Connection, without: set[str]) -> None:
    for each in read_source(project.options).migrations:
        if each.revision not in without:
            apply_step(connection, each, project.options, lambda: None)


@pytest.mark.parametrize(("at", "driver"), [(1, "pg8000"), (2, "psycopg"), (3, "psycopg2")])
def test_a_line(project: Project, at: int, driver: str) -> None:
    project.driver = driver
    project.table("a1")
    project.revision("b2", "a1", "op.add_column('t_a1', sa.Column('x', sa.Text))\nop.create_index('i', 't_a1', ['x'])")
    project.table("c3", "b2")
    lose_history(project, at=at)
    assert found(project) == (("a1", "b2", "c3")[at - 1],)


def test_a_schema_of_no_revision(project: Project) -> None:
    project.table("a1")
    project.table("b2", "a1")
    lose_history(project, at=2)
    with on_server(project.url) as server:
        server.exec_driver_sql("ALTER TABLE t_b2 ADD COLUMN by_hand int")
    code, message = refused(project)
    assert code == "history_ambiguous"
    assert "the schema of no revision. Nearest is b2; there column public.t_b2.by_hand is additional." in message


def test_a_migration_of_data_only(project: Project) -> None:
    project.table("a1")
    project.revision("b2", "a1", "op.execute('INSERT INTO t_a1 VALUES (1)')")
    lose_history(project, at=1)
    code, message = refused(project)
    assert code == "history_ambiguous"
    assert "the schema of several revisions (a1, b2)" in message


def test_a_migration_of_data_in_between(project: Project) -> None:
    project.table("a1")
    project.revision("b2", "a1", "op.execute('INSERT INTO t_a1 VALUES (1)')")
    project.table("c3", "b2")
    lose_history(project, at=3)
    assert found(project) == ("c3",)


def test_a_merge_that_does_nothing(project: Project) -> None:
    """Whether it was applied makes no difference; the run that follows records it."""
    project.table("a1")
    project.table("b1", "a1")
    project.table("c1", "a1")
    project.revision("m1", ("b1", "c1"), '"""Only brings them together."""\npass')
    project.table("n1", "m1")
    lose_history(project, at=3)
    assert found(project) == ("b1", "c1")
    lose_history_again(project)
    assert found(project) == ("n1",)


def lose_history_again(project: Project) -> None:
    with on_server(project.url) as server:
        server.exec_driver_sql("DROP SCHEMA public CASCADE")
        server.exec_driver_sql("CREATE SCHEMA public")
    lose_history(project, at=100)


def test_branches(project: Project) -> None:
    project.table("a1")
    project.table("b1", "a1")
    project.table("c1", "a1")
    lose_history(project, at=2)
    assert found(project) == ("b1",)


def test_a_branch_of_data_only_beside(project: Project) -> None:
    """The schema is that of one prefix alone, and yet says nothing of b2: it was not applied."""
    project.table("a1")
    project.revision("b1", "a1", "op.execute('INSERT INTO t_a1 VALUES (1)')")
    project.table("c1", "a1")
    with project.connect() as connection:
        apply_some(project, connection, {"b1"})
        connection.exec_driver_sql("DROP TABLE alembic_version")
    code, message = refused(project)
    assert code == "history_ambiguous"
    assert "does not tell whether b1 is applied as well" in message


def test_a_later_branch_of_data_only(project: Project) -> None:
    project.table("a1")
    project.table("b1", "a1")
    project.table("b2", "b1")
    project.revision("c1", "a1", "op.execute('INSERT INTO t_a1 VALUES (1)')")
    lose_history(project, at=2)
    assert "does not tell whether c1 is applied as well" in refused(project)[1]


def test_a_state_between_the_branches_is_not_found(project: Project) -> None:
    """c1 without b1: no prefix of the order, so it is not looked for, and not guessed at."""
    project.table("a1")
    project.table("b1", "a1")
    project.table("c1", "a1")
    with project.connect() as connection:
        apply_some(project, connection, {"b1"})
        connection.exec_driver_sql("DROP TABLE alembic_version")
    assert "the schema of no revision" in refused(project)[1]


def test_one_that_cannot_be_replayed(project: Project) -> None:
    project.table("a1")
    project.table("b2", "a1")
    path = project.revision("c3", "b2", "op.execute('TABLE only_there')")
    project.table("d4", "c3")
    lose_history(project, at=1)
    assert found(project) == ("a1",)
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE TABLE t_b2 (id serial PRIMARY KEY)")
    assert f"whether c3, d4 are applied as well: {path.stem[2:]} cannot be replayed" in refused(project)[1]
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE TABLE t_d4 (id serial PRIMARY KEY)")
    message = refused(project)[1]
    assert "the schema of no revision" in message
    assert (
        'Only part of the migrations could be compared: c3 cannot be replayed: relation "only_there" does not exist'
        in message
    )


def test_one_that_reaches_out_never_gets_to_the_database_itself(by_each_driver: Project) -> None:
    project = by_each_driver
    url = (
        make_url(project.url)
        .set(drivername=f"postgresql+{project.driver}", query={})
        .render_as_string(hide_password=False)
    )
    reach = f"with sa.create_engine({url!r}).connect() as c:\n    c.exec_driver_sql('CREATE TABLE t_there ()')\n    c.commit()"
    project.table("a1")
    project.table("b2", "a1")
    project.revision("c3", "b2", reach)
    lose_history(project, at=1)
    assert found(project) == ("a1",)
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE TABLE t_b2 (id serial PRIMARY KEY)")
    assert "whether c3 is applied as well: c3 opens a connection of its own, so it was not tried" in refused(project)[1]
    assert project.tables() == ["t_a1", "t_b2"]


def test_what_reaches_beyond_the_database(project: Project) -> None:
    project.table("a1")
    project.revision("b2", "a1", "op.execute('''\n    CREATE\n ROLE somebody''')")
    lose_history(project, at=1)
    assert "b2 reaches beyond its database (CREATE ROLE)" in refused(project)[1]


def test_an_environment_that_goes_to_the_database_itself(project: Project) -> None:
    """As env.py does that reads the environment: it is not migrated there."""
    url = (
        make_url(project.url)
        .set(drivername="postgresql+psycopg2")
        .render_as_string(hide_password=False)
        .replace("%", "%%")
    )
    text = (project.folder / "migrations/env.py").read_text()
    project.write(
        "migrations/env.py",
        text.replace("\n\ndef offline", f"\nconfig.set_main_option('sqlalchemy.url', {url!r})\n\n\ndef offline", 1),
    )
    project.table("a1")
    project.table("b2", "a1")
    lose_history(project, at=1)
    assert found(project) == ("a1",)
    assert project.tables() == ["t_a1"]


def test_a_history_in_a_schema_of_its_own(project: Project) -> None:
    project.env(configure=', version_table_schema="ops"')
    project.table("a1")
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE SCHEMA ops")
    lose_history_in(project, "ops")
    assert found(project) == ("a1",)


def lose_history_in(project: Project, schema: str) -> None:
    with project.connect() as connection:
        apply_all(project, connection)
        connection.exec_driver_sql(f"DROP TABLE {schema}.alembic_version")


def test_a_user_who_may_not_create_databases(project: Project) -> None:
    role = f"app_{project.url.rpartition('_')[2].partition('?')[0]}"
    project.table("a1")
    lose_history(project, at=1)
    with on_server(project.url) as server:
        server.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    admin = project.url
    try:
        project.url = make_url(admin).set(username=role, password="x").render_as_string(hide_password=False)
        code, message = refused(project)
        assert code == "permission_denied"
        assert "scratch database" in message
    finally:
        project.url = admin
        with on_server(admin) as server:
            server.exec_driver_sql(f"DROP ROLE {role}")


KINDS = {
    "extension": ("CREATE EXTENSION pg_trgm", "extension pg_trgm"),
    "enum": ("CREATE TYPE mood AS ENUM ('a', 'b')", "type public.mood"),
    "enum's value": ("ALTER TYPE kept ADD VALUE 'z'", "type public.kept differs"),
    "view": ("CREATE VIEW v AS SELECT id FROM t_a1", "view public.v"),
    "materialized view": ("CREATE MATERIALIZED VIEW mv AS SELECT id FROM t_a1", "materialized view public.mv"),
    "function": ("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "function public.f(integer)"),
    "trigger": (
        "CREATE TRIGGER g BEFORE UPDATE ON t_a1 EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "trigger public.t_a1.g",
    ),
    "schema": ("CREATE SCHEMA s", "schema s"),
    "sequence": ("CREATE SEQUENCE q", "sequence public.q"),
    "constraint": ("ALTER TABLE t_a1 ADD CONSTRAINT k CHECK (id > 0)", "constraint public.t_a1.k"),
    "default": ("ALTER TABLE t_a1 ALTER id SET DEFAULT 7", "column public.t_a1.id differs"),
    "not null": ("ALTER TABLE t_a1 ALTER x SET NOT NULL", "column public.t_a1.x differs"),
    "policy": ("CREATE POLICY p ON t_a1 USING (id > 1)", "policy public.t_a1.p"),
    "rule": ("CREATE RULE r AS ON DELETE TO t_a1 DO INSTEAD NOTHING", "rule public.t_a1.r"),
    "domain": ("CREATE DOMAIN d AS int CHECK (VALUE > 1)", "type public.d"),
    "partition": ("CREATE TABLE part (x int) PARTITION BY LIST (x)", "table public.part"),
}


def test_everything_that_makes_a_schema_is_compared(by_each_driver: Project) -> None:
    project = by_each_driver
    history = VersionTable("public", "alembic_version")
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE TYPE kept AS ENUM ('y')")
        server.exec_driver_sql("CREATE TABLE t_a1 (id int, x text)")
    with project.connect() as connection:
        before = read_fingerprint(connection, history)
        for kind, (made, told) in KINDS.items():
            connection.exec_driver_sql(made)
            after = read_fingerprint(connection, history)
            assert any(told in line for line in differences(after, before)), kind
            before = after


def test_what_makes_no_schema_is_not(project: Project) -> None:
    project.table("a1")
    lose_history(project, at=1)
    with on_server(project.url) as server:
        server.exec_driver_sql("COMMENT ON TABLE t_a1 IS 'x'")
        server.exec_driver_sql("GRANT SELECT ON t_a1 TO PUBLIC")
        server.exec_driver_sql("INSERT INTO t_a1 VALUES (1)")
        server.exec_driver_sql("CREATE SCHEMA migrate_remote; CREATE TABLE migrate_remote.runs ()")
    assert found(project) == ("a1",)


def test_the_order_of_columns_is_no_difference(project: Project) -> None:
    project.revision("a1", None, "op.execute('CREATE TABLE t_a1 (x int, y text)')")
    with on_server(project.url) as server:
        server.exec_driver_sql("CREATE TABLE t_a1 (y text, x int)")
    assert found(project) == ("a1",)


def normal(queries: Iterator[str]) -> list[str]:
    return [" ".join(query.split()) for query in queries]


def test_the_catalog_is_asked_as_the_sql_engine_asks_it() -> None:
    """Else one engine recognises what the other does not. The words that make each query are compared, without what is put into it."""
    from pathlib import Path

    text = (Path(__file__).parents[3] / "src/contract/sql/fingerprint.ts").read_text()
    twins = re.findall(r"`([^`]*)`", text[text.index("const catalogQueries = [") :].split("\n];")[0])
    assert len(twins) == len(catalog_queries())
    for ours, theirs in zip(normal(iter(catalog_queries())), normal(iter(twins))):
        for part in re.split(r"\$\{[^}]*\}", theirs):
            assert part.strip() in ours

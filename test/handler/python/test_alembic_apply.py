"""One revision, one transaction, on the connection that holds the lock."""

from __future__ import annotations

import pytest
from alembic_support import Project, apply_all, nothing, on_server
from migrate_remote_handler import (
    Migration,
    Refusal,
    apply_step,
    read_history,
    read_source,
    server_error,
    stamp,
)
from sqlalchemy.engine import Connection


def migration(project: Project, revision: str) -> Migration:
    return next(each for each in read_source(project.options).migrations if each.revision == revision)


def fails(project: Project, connection: Connection, revision: str) -> dict[str, object]:
    with pytest.raises(Refusal) as caught:
        apply_step(connection, migration(project, revision), project.options, nothing)
    return caught.value.error


def test_a_line(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    project.table("b2", "a1")
    project.table("c3", "b2")
    with project.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        connection.exec_driver_sql("SELECT pg_advisory_lock(4711)")
        for each in read_source(project.options).migrations:
            apply_step(connection, each, project.options, nothing)
            assert project.versions() == [each.revision]
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() == pid
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
        assert connection.exec_driver_sql(held).scalar() == 1
        assert read_history(connection, project.options).versions == ("c3",)
    assert project.tables() == ["t_a1", "t_b2", "t_c3"]


def test_the_session_is_given_back_in_autocommit(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    with project.connect() as connection:
        apply_all(project, connection)
        connection.exec_driver_sql("CREATE TABLE written (x int)")
        assert project.query("SELECT count(*) FROM written") == [(0,)]
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("INSERT INTO written VALUES (1)")
        connection.exec_driver_sql("ROLLBACK")
        assert project.query("SELECT count(*) FROM written") == [(0,)]


def test_what_goes_along_is_in_the_same_transaction(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    with project.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE ledger (run text)")

        def alongside() -> None:
            connection.exec_driver_sql("INSERT INTO ledger VALUES ('r1')")
            assert project.query("SELECT * FROM ledger") == []
            assert project.tables() == []

        apply_step(connection, migration(project, "a1"), project.options, alongside)
    assert project.query("SELECT * FROM ledger") == [("r1",)]
    assert project.versions() == ["a1"]


def test_what_goes_along_may_refuse(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")

    def refuse() -> None:
        raise Refusal("lock_lost", "The lock was lost.")

    with project.connect() as connection:
        with pytest.raises(Refusal) as caught:
            apply_step(connection, migration(project, "a1"), project.options, refuse)
        assert caught.value.error == {"code": "lock_lost", "message": "The lock was lost."}
        assert project.tables() == []
        # And the next one works.
        apply_all(project, connection)
    assert project.versions() == ["a1"]


def test_an_error_of_what_goes_along_is_not_the_migrations(project: Project) -> None:
    project.table("a1")
    with project.connect() as connection:
        with pytest.raises(Exception, match="no_such_table") as caught:
            apply_step(
                connection,
                migration(project, "a1"),
                project.options,
                lambda: connection.exec_driver_sql("TABLE no_such_table"),
            )
        assert not isinstance(caught.value, Refusal)
    assert project.tables() == []


def test_a_failure_in_the_middle(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    path = project.revision(
        "b2",
        "a1",
        """
        op.create_table('t_b2', sa.Column('id', sa.Integer))
        op.execute('ALTER TABLE t_missing ADD COLUMN x int')
        """,
    )
    project.table("c3", "b2")
    with project.connect() as connection:
        with pytest.raises(Refusal) as caught:
            apply_all(project, connection)
        error = caught.value.error
        assert error["code"] == "migration_failed"
        assert (error["revision"], error["sqlstate"]) == ("b2", "42P01")
        assert error["message"] == 'b2 failed: relation "t_missing" does not exist. Nothing of it stands.'
        line = error["line"]
        assert (
            path.read_text().splitlines()[line - 1].strip()
            == error["excerpt"]
            == "op.execute('ALTER TABLE t_missing ADD COLUMN x int')"
        )
        assert "In the statement: ALTER TABLE t_missing ADD COLUMN x int" in error["detail"]
        assert f"In {path.name}, line {line}" in error["detail"]
        assert "Correct the file" in error["hint"]
        assert project.versions() == ["a1"]
        assert project.tables() == ["t_a1"]
        # The connection goes on being of use.
        path.write_text(path.read_text().replace("t_missing", "t_b2"))
    with project.connect() as connection:
        apply_all(project, connection)
    assert project.versions() == ["c3"]


def test_detail_but_no_parameters(project: Project) -> None:
    project.revision(
        "a1",
        None,
        """
        op.execute('CREATE TABLE t_a1 (email text UNIQUE)')
        op.get_bind().execute(sa.text('INSERT INTO t_a1 VALUES (:e), (:e)'), {'e': 'hunter2-value'})
        """,
    )
    with project.connect() as connection:
        error = fails(project, connection, "a1")
    assert error["sqlstate"] == "23505"
    assert "Key (email)=(hunter2-value) already exists" in str(error["detail"])
    assert "parameters" not in str(error)
    assert "hunter2-value" not in str(error["message"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise ValueError('three is\\nnot four')", "b2 failed: ValueError: three is. Nothing of it stands."),
        ("import sys\nsys.exit(3)", "b2 failed: SystemExit: 3. Nothing of it stands."),
        ("assert False", "b2 failed: AssertionError. Nothing of it stands."),
    ],
)
def test_an_exception_of_python(project: Project, body: str, said: str) -> None:
    project.table("a1")
    project.revision("b2", "a1", f"op.execute('CREATE TABLE t_b2 ()')\n{body}")
    with project.connect() as connection:
        apply_step(connection, migration(project, "a1"), project.options, nothing)
        error = fails(project, connection, "b2")
    assert error["message"] == said
    assert "sqlstate" not in error
    assert error["excerpt"] == body.splitlines()[-1]
    assert project.tables() == ["t_a1"]


def test_an_error_that_the_migration_swallowed(by_each_driver: Project) -> None:
    """The transaction is over all the same."""
    project = by_each_driver
    project.revision(
        "a1",
        None,
        """
        try:
            op.execute('TABLE no_such_table')
        except Exception:
            pass
        """,
    )
    with project.connect() as connection:
        assert fails(project, connection, "a1")["code"] == "migration_failed"
        assert read_history(connection, project.options).versions == ()


def test_a_constraint_that_is_checked_at_commit(by_each_driver: Project) -> None:
    project = by_each_driver
    project.revision(
        "a1",
        None,
        """
        op.execute('CREATE TABLE t_a1 (id int PRIMARY KEY)')
        op.execute('CREATE TABLE t_a2 (id int REFERENCES t_a1 DEFERRABLE INITIALLY DEFERRED)')
        op.execute('INSERT INTO t_a2 VALUES (1)')
        """,
    )
    with project.connect() as connection:
        error = fails(project, connection, "a1")
        assert error["sqlstate"] == "23503"
        assert "failed when it was committed" in str(error["message"])
        assert read_history(connection, project.options).versions == ()
    assert project.tables() == []


def test_a_revision_id_that_is_too_long(project: Project) -> None:
    name = "a" * 33
    project.table(name)
    with project.connect() as connection:
        error = fails(project, connection, name)
    assert "when its row of history was written" in str(error["message"])
    assert "32 characters" in str(error["hint"])
    assert project.tables() == []


def test_a_branch_and_its_merge(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    project.table("b1", "a1")
    project.table("c1", "a1")
    project.revision("m1", ("b1", "c1"))
    project.table("n1", "m1")
    seen = []
    with project.connect() as connection:
        for each in read_source(project.options).migrations:
            apply_step(connection, each, project.options, nothing)
            seen.append((each.revision, project.versions()))
    assert seen == [("a1", ["a1"]), ("b1", ["b1"]), ("c1", ["b1", "c1"]), ("m1", ["m1"]), ("n1", ["n1"])]


def test_history_goes_on_as_alembic_itself_would(project: Project) -> None:
    project.table("a1")
    project.table("b1", "a1", depends_on="x1")
    project.table("x1", labels="reports")
    project.table("x2", "x1")
    with project.connect() as connection:
        apply_all(project, connection)
        # b1 implies x1, whose branch went on to x2.
        assert read_history(connection, project.options).versions == ("b1", "x2")
    assert project.tables() == ["t_a1", "t_b1", "t_x1", "t_x2"]


def test_something_else_migrates(project: Project) -> None:
    project.table("a1")
    project.table("b2", "a1")
    project.table("c3", "b2")
    with project.connect() as connection:
        apply_all(project, connection)
        error = fails(project, connection, "b2")
        assert error["code"] == "plan_changed"
        assert "is at c3" in str(error["message"])
        connection.exec_driver_sql("DELETE FROM alembic_version")
        assert fails(project, connection, "b2")["code"] == "plan_changed"
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('a')")
        # Not taken for the beginning of a1.
        assert "is at a," in str(fails(project, connection, "b2")["message"])
    assert project.versions() == ["a"]


def test_an_autocommit_block(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    project.revision(
        "b2",
        "a1",
        """
        op.execute('CREATE TABLE t_b2 (x int)')
        with op.get_context().autocommit_block():
            op.execute('CREATE INDEX CONCURRENTLY i_b2 ON t_b2 (x)')
        op.execute('ALTER TABLE t_b2 ADD COLUMN y int')
        """,
    )
    project.table("c3", "b2")
    with project.connect() as connection:
        apply_all(project, connection)
    assert project.versions() == ["c3"]
    assert project.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i_b2'::regclass") == [(True,)]


def test_a_failure_in_an_autocommit_block(by_each_driver: Project) -> None:
    project = by_each_driver
    project.revision(
        "a1",
        None,
        """
        op.execute('CREATE TABLE t_a1 (x int)')
        op.execute('INSERT INTO t_a1 VALUES (1), (1)')
        with op.get_context().autocommit_block():
            op.execute('CREATE UNIQUE INDEX CONCURRENTLY i_a1 ON t_a1 (x)')
        """,
    )
    with project.connect() as connection:
        error = fails(project, connection, "a1")
        assert error["sqlstate"] == "23505"
        assert "what it did before that stands, and it is not recorded" in str(error["message"])
        assert "It left an invalid index behind: public.i_a1." in str(error["message"])
        assert "run again: migrate-remote run. Or finish by hand what is missing, and record it: " in str(error["hint"])
        assert str(error["hint"]).startswith("First: DROP INDEX CONCURRENTLY public.i_a1;")
        assert read_history(connection, project.options).versions == ()
        connection.exec_driver_sql("DROP INDEX CONCURRENTLY public.i_a1")
    assert project.tables() == ["t_a1"]


@pytest.mark.parametrize(("name", "written"), [("i_a1", "i_A1"), ('i "A1', '"i ""A1"')])
def test_an_index_that_an_attempt_left_is_not_passed_over(by_each_driver: Project, name: str, written: str) -> None:
    """What comes after it, such as to drop the index that it replaces, relies on it."""
    project = by_each_driver
    project.revision(
        "a1",
        None,
        f"""
        with op.get_context().autocommit_block():
            op.execute({f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {written} ON t_a1 (x)"!r})
            op.execute('DROP INDEX CONCURRENTLY i_old')
        """,
    )
    with project.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t_a1 (x int)")
        connection.exec_driver_sql("CREATE INDEX i_old ON t_a1 (x)")
        connection.exec_driver_sql("CREATE INDEX " + written + " ON t_a1 (x)")
        connection.exec_driver_sql(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid IN (SELECT oid FROM pg_class WHERE relname LIKE 'i%%1')"
        )
        error = fails(project, connection, "a1")
        assert f"a1 failed: the index {name} is there, but invalid" in str(error["message"])
        assert str(error["hint"]).startswith("First: DROP INDEX CONCURRENTLY public.")
        assert project.query("SELECT count(*) FROM pg_class WHERE relname = 'i_old'") == [(1,)]
        assert read_history(connection, project.options).versions == ()
        connection.exec_driver_sql("DROP INDEX " + written)
        apply_all(project, connection)
    assert project.versions() == ["a1"]


def test_a_failure_before_the_autocommit_block(project: Project) -> None:
    project.revision(
        "a1",
        None,
        """
        op.execute('CREATE TABLE t_a1 (x int)')
        op.execute('TABLE missing')
        with op.get_context().autocommit_block():
            op.execute('VACUUM')
        """,
    )
    with project.connect() as connection:
        error = fails(project, connection, "a1")
    assert "It may end its transaction itself" in str(error["message"])
    assert str(error["hint"]).startswith("Look first what of it stands. Undo what stands of it, correct the file")
    assert project.tables() == []


@pytest.mark.parametrize("commit", ["op.execute('COMMIT')", "op.execute('COM' + 'MIT')", "op.get_bind().commit()"])
def test_a_failure_behind_a_commit_of_its_own(by_each_driver: Project, commit: str) -> None:
    """Whether or not its file shows that it commits: to run it again as it is would do the first half twice."""
    project = by_each_driver
    project.revision("a1", None, f"op.execute('CREATE TABLE t_a1 (x int)')\n{commit}\nop.execute('TABLE missing')")
    with project.connect() as connection:
        error = fails(project, connection, "a1")
    assert project.tables() == ["t_a1"]
    assert "It left its transaction: what it did before that stands, and it is not recorded." in str(error["message"])
    assert str(error["hint"]).startswith("Undo what stands of it, correct the file, deploy it, and run again:")


def test_what_needs_an_autocommit_block_is_told_so(by_each_driver: Project) -> None:
    project = by_each_driver
    project.revision(
        "a1", None, "op.execute('CREATE TABLE t_a1 (x int)')\nop.execute('CREATE INDEX CONCURRENTLY i ON t_a1 (x)')"
    )
    with project.connect() as connection:
        error = fails(project, connection, "a1")
    assert error["sqlstate"] == "25001"
    assert "autocommit_block" in str(error["hint"])


def test_data_is_read_and_written(by_each_driver: Project) -> None:
    project = by_each_driver
    project.revision(
        "a1",
        None,
        "op.execute('CREATE TABLE t_a1 (name text, first text)')\nop.execute(\"INSERT INTO t_a1 VALUES ('Ada L', NULL), ('Bob 100%', NULL)\")",
    )
    project.revision(
        "b2",
        "a1",
        """
        bind = op.get_bind()
        for name, in bind.execute(sa.text('SELECT name FROM t_a1')).all():
            bind.execute(sa.text('UPDATE t_a1 SET first = :first WHERE name = :name'), {'first': name.split()[0], 'name': name})
        with bind.begin_nested():
            bind.execute(sa.text("DELETE FROM t_a1 WHERE name LIKE '%L'"))
        from sqlalchemy.orm import Session
        session = Session(bind=bind)
        session.execute(sa.text("INSERT INTO t_a1 VALUES ('Cleo', 'C')"))
        session.commit()
        """,
    )
    with project.connect() as connection:
        apply_all(project, connection)
    assert project.query("SELECT name, first FROM t_a1 ORDER BY 1") == [("Bob 100%", "Bob"), ("Cleo", "C")]


def test_what_a_migration_sets_ends_with_it(by_each_driver: Project) -> None:
    project = by_each_driver
    role = f"owner_{project.url.rpartition('_')[2].partition('?')[0]}"
    project.revision(
        "a1",
        None,
        f"op.execute('CREATE SCHEMA other')\nop.execute('SET search_path = other')\nop.execute('SET ROLE {role}')",
    )
    project.revision(
        "b2",
        "a1",
        "op.execute('CREATE TABLE t_b2 ()')\nwith op.get_context().autocommit_block():\n    op.execute('SET search_path = other')",
    )
    project.table("c3", "b2")
    with on_server(project.url) as server:
        server.exec_driver_sql(f"CREATE ROLE {role}")
    try:
        with project.connect() as connection:
            apply_all(project, connection)
            assert connection.exec_driver_sql("SHOW search_path").scalar() == '"$user", public'
            assert connection.exec_driver_sql("SHOW role").scalar() == "none"
    finally:
        with on_server(project.url) as server:
            server.exec_driver_sql(f"DROP ROLE {role}")
    found = project.query(
        "SELECT relname, relnamespace::regnamespace::text FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|info)' ORDER BY 1"
    )
    assert found == [("alembic_version", "public"), ("t_b2", "public"), ("t_c3", "public")]


def test_a_connection_that_breaks_is_not_the_migrations_failure(by_each_driver: Project) -> None:
    project = by_each_driver
    project.revision(
        "a1", None, "op.execute('CREATE TABLE t_a1 ()')\nop.execute('SELECT pg_terminate_backend(pg_backend_pid())')"
    )
    with project.connect() as connection:
        with pytest.raises(Exception) as caught:
            apply_step(connection, migration(project, "a1"), project.options, nothing)
        assert not isinstance(caught.value, Refusal)
        connection.invalidate()
    assert project.tables() == []


def test_a_migration_that_goes_on_after_its_connection_broke(project: Project) -> None:
    """SQLAlchemy would connect anew, and there we hold no lock."""
    project.revision(
        "a1",
        None,
        """
        try:
            op.execute('SELECT pg_terminate_backend(pg_backend_pid())')
        except Exception:
            op.get_bind().rollback()
        op.execute('CREATE TABLE t_a1 ()')
        """,
    )
    with project.connect() as connection:
        with pytest.raises(Exception):  # noqa: B017
            apply_step(connection, migration(project, "a1"), project.options, nothing)
        connection.invalidate()
    assert project.query("SELECT count(*) FROM pg_class WHERE relname = 'alembic_version'") == [(0,)]


def test_a_statement_that_is_cancelled(by_each_driver: Project) -> None:
    project = by_each_driver
    project.revision("a1", None, "op.execute('CREATE TABLE t_a1 ()')\nop.execute('SELECT pg_sleep(20)')")
    with project.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = '100ms'")
        error = fails(project, connection, "a1")
        assert error["sqlstate"] == "57014"
        assert "statement_timeout" in str(error["hint"])
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    assert project.tables() == []


def test_stamp(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    project.table("b1", "a1")
    project.table("c1", "a1")
    with project.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE ledger (run text)")
        stamp(
            connection,
            ("b1", "c1"),
            project.options,
            lambda: connection.exec_driver_sql("INSERT INTO ledger VALUES ('r1')"),
        )
        assert read_history(connection, project.options).versions == ("b1", "c1")
        assert project.query("SELECT * FROM ledger") == [("r1",)]
        with pytest.raises(RuntimeError):
            stamp(connection, ("a1",), project.options, fail)
        assert project.versions() == ["b1", "c1"]
        stamp(connection, ("a1",), project.options, nothing)
        assert project.versions() == ["a1"]
    assert project.tables() == []


def fail() -> None:
    raise RuntimeError("no")


def test_a_default_isolation_of_the_roles_own(project: Project) -> None:
    project.revision(
        "a1", None, "op.execute(\"CREATE TABLE t_a1 AS SELECT current_setting('transaction_isolation') AS level\")"
    )
    with project.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_isolation = 'serializable'")
        apply_step(connection, migration(project, "a1"), project.options, nothing)
    assert project.query("SELECT level FROM t_a1") == [("serializable",)]


def test_errors_are_parsed(by_each_driver: Project) -> None:
    """That all three drivers' errors are read is what the tests above build on."""
    with by_each_driver.connect() as connection:
        with pytest.raises(Exception) as caught:
            connection.exec_driver_sql("SELECT 1/0")
        assert (server_error(caught.value) or {}).get("sqlstate") == "22012"

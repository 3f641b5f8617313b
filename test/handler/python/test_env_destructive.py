from __future__ import annotations

import env_support  # noqa: F401
import migrate_remote_handler as far_side
import pytest
from hypothesis import given
from hypothesis import strategies as st

HARMLESS = [
    "CREATE TABLE users (id SERIAL PRIMARY KEY, note TEXT DEFAULT 'drop table')",
    "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE",
    "ALTER TABLE users ADD COLUMN nickname VARCHAR(200)",
    "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
    "ALTER TABLE users ALTER COLUMN email DROP NOT NULL",
    "ALTER TABLE users ALTER COLUMN email DROP DEFAULT",
    "ALTER TABLE users DROP CONSTRAINT users_email_key",
    "CREATE INDEX CONCURRENTLY ix ON users (email)",
    "DROP INDEX ix",
    "DROP VIEW active_users",
    "UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a'",
    "INSERT INTO alembic_version (version_num) VALUES ('a') RETURNING alembic_version.version_num",
    "DELETE FROM alembic_version WHERE alembic_version.version_num = 'a'",
    "INSERT INTO roles (name) SELECT lower(name) FROM old_roles",
    "SELECT setval('users_id_seq', (SELECT max(id) FROM users))",
    "COMMENT ON TABLE users IS 'truncate me; drop table users'",
    "CREATE FUNCTION f() RETURNS trigger AS $body$ BEGIN DELETE FROM log; END $body$ LANGUAGE plpgsql",
    "-- DROP TABLE users\nCREATE TABLE a (b int)",
    "/* TRUNCATE users; */ BEGIN; COMMIT",
    "ALTER TABLE users ADD COLUMN n int; UPDATE users SET n = coalesce(lower(name), 'x')",
    'ALTER TABLE users ADD COLUMN "drop column" int',
    "SET lock_timeout = '5s'",
]

DESTRUCTIVE = [
    "DROP TABLE users",
    'drop table if exists "users"',
    "DROP SCHEMA app CASCADE",
    "DROP VIEW v CASCADE",
    "DROP MATERIALIZED VIEW v",
    "DROP SEQUENCE s",
    "DROP TYPE mood",
    "ALTER TABLE users DROP COLUMN email",
    "ALTER TABLE users DROP email",
    "ALTER TABLE users DROP IF EXISTS email",
    "ALTER TABLE users ADD COLUMN a int, DROP COLUMN b",
    "ALTER TABLE users DROP CONSTRAINT pk CASCADE",
    "ALTER TYPE address DROP ATTRIBUTE street",
    "ALTER TABLE users ALTER COLUMN email TYPE VARCHAR(10)",
    "ALTER TABLE users ALTER email SET DATA TYPE int USING email::int",
    "TRUNCATE users",
    "truncate table users, orders",
    "ALTER TABLE users ADD COLUMN IF NOT EXISTS age int; UPDATE users SET age = 0",
    "DELETE FROM users",
    "DELETE FROM users WHERE true",
    "DELETE FROM users WHERE (1=1) RETURNING id",
    "DELETE\nFROM users -- WHERE id = 1",
    "DELETE FROM users /* WHERE id = 1 */",
    "UPDATE users SET email = NULL",
    "UPDATE users SET email = ' WHERE '",
    "ALTER TABLE users ADD COLUMN n int; UPDATE orders SET n = 1",
    "ALTER TABLE users ADD COLUMN n int; UPDATE users SET n = 1, email = ''",
    "WITH gone AS (DELETE FROM users WHERE id = 1 RETURNING *) SELECT * FROM gone",
    "DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$",
    "CALL tidy_up()",
    "EXECUTE prepared",
    "SELECT tidy_up()",
    "MERGE INTO users USING new ON users.id = new.id WHEN MATCHED THEN DELETE",
    "COPY users FROM PROGRAM 'x'",
    "SET standard_conforming_strings = off; SELECT '\\'; DROP TABLE users; --'",
    "INSERT INTO a VALUES (E'it\\'s'); DROP TABLE users; INSERT INTO a VALUES ('x')",
    "SELECT a$b$ FROM t; DROP TABLE users; SELECT $b$ FROM t",
    "CREATE TABLE a (d date DEFAULT DATE'\\'); DROP TABLE users; SELECT '\\'",
    "SELECT $x$ $y$ $x$; DROP TABLE users; SELECT $y$ $y$",
]


@pytest.mark.parametrize("sql", HARMLESS)
def test_what_destroys_nothing(sql: str) -> None:
    assert far_side.sql_losses(sql) == []


@pytest.mark.parametrize("sql", DESTRUCTIVE)
def test_what_may_destroy(sql: str) -> None:
    assert len(far_side.sql_losses(sql)) >= 1


@given(st.sampled_from(DESTRUCTIVE), st.sampled_from(HARMLESS), st.booleans())
def test_it_is_found_beside_anything_else(bad: str, good: str, first: bool) -> None:
    assert far_side.sql_losses(f"{bad}\n;\n{good}" if first else f"{good}\n;\n{bad}")


@given(st.text(max_size=80))
def test_a_literal_hides_nothing_behind_it(text: str) -> None:
    quoted = text.replace("'", "''").replace("\0", "")
    assert far_side.sql_losses(f"INSERT INTO notes VALUES ('{quoted}')") == []
    assert far_side.sql_losses(f"INSERT INTO notes VALUES ('{quoted}'); DROP TABLE notes")


def test_migrations_are_named_and_those_that_nobody_could_read_count() -> None:
    migrations = [
        {"revision": "a", "status": "applied"},
        {"revision": "b", "status": "pending", "sql": "ALTER TABLE users ADD COLUMN n int"},
        {"revision": "c", "status": "pending", "sql": "UPDATE users SET n = 0; DROP TABLE old"},
        {"revision": "d", "status": "pending", "unchecked": True},
        {"revision": "e", "status": "pending", "sql": "CREATE TABLE x (y int)", "unchecked": True},
    ]
    losses = far_side.destructive(migrations)
    assert [loss.partition(":")[0] for loss in losses] == ["c", "d", "e"]
    assert "DROP TABLE OLD" in losses[0]

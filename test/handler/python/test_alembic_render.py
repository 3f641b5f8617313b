"""SQL to look at before anything is executed: Alembic's own, or nothing."""

from __future__ import annotations

import pytest
from alembic_support import Project, apply_all
from migrate_remote_handler import Refusal, assess, pending_to, read_history, read_source, render_sql


def rendered(project: Project) -> dict[str, str | None]:
    source = read_source(project.options)
    with project.connect() as connection:
        found = assess(source, read_history(connection, project.options), False)
        return render_sql(connection, source, pending_to(source, found, None), found.current, project.options)


def test_each_revision_by_itself(by_each_driver: Project) -> None:
    project = by_each_driver
    project.table("a1")
    project.revision("b1", "a1", "op.execute(\"INSERT INTO t_a1 VALUES (1)\")\nop.drop_column('t_a1', 'id')")
    project.table("c1", "a1")
    project.revision("m1", ("b1", "c1"))
    sql = rendered(project)
    assert list(sql) == ["a1", "b1", "c1", "m1"]
    assert sql["a1"] == "CREATE TABLE t_a1 (\n    id SERIAL NOT NULL, \n    PRIMARY KEY (id)\n);"
    assert sql["b1"] == "INSERT INTO t_a1 VALUES (1);\n\nALTER TABLE t_a1 DROP COLUMN id;"
    assert sql["m1"] == ""
    assert not any("alembic_version" in (text or "") for text in sql.values())
    assert project.tables() == []


def test_only_what_is_pending(project: Project) -> None:
    project.table("a1")
    with project.connect() as connection:
        apply_all(project, connection)
    project.table("b2", "a1")
    assert list(rendered(project)) == ["b2"]


def test_values_and_per_cent_signs(by_each_driver: Project) -> None:
    project = by_each_driver
    project.revision(
        "a1",
        None,
        """
        op.execute("UPDATE t SET x = '100%' WHERE y LIKE 'ab%'")
        op.get_bind().execute(sa.text("DELETE FROM t WHERE x = :x AND y = :y"), {"x": "it's", "y": 7})
        op.bulk_insert(sa.table('t', sa.column('x', sa.Text)), [{'x': 'one'}, {'x': '50%'}])
        """,
    )
    sql = rendered(project)["a1"] or ""
    assert "UPDATE t SET x = '100%' WHERE y LIKE 'ab%';" in sql
    assert "DELETE FROM t WHERE x = 'it''s' AND y = 7;" in sql
    assert "INSERT INTO t (x) VALUES ('50%');" in sql


def test_an_autocommit_block(project: Project) -> None:
    project.revision("a1", None, "with op.get_context().autocommit_block():\n    op.execute('VACUUM')")
    assert (rendered(project)["a1"] or "").split(";") == ["COMMIT", "\n\nVACUUM", "\n\nBEGIN", ""]


@pytest.mark.parametrize(
    "body",
    [
        "for row in op.get_bind().execute(sa.text('SELECT 1')):\n    op.execute('DROP TABLE x')",
        "if op.get_bind().execute(sa.text('SELECT 1')):\n    pass\nelse:\n    op.execute('DROP TABLE x')",
        "op.get_bind().execute(sa.text('SELECT 1')).scalar()",
        "op.get_bind().exec_driver_sql('SELECT 1')",
        "op.get_bind().execute(sa.text('INSERT INTO t VALUES (:x)'), [{'x': 1}, {'x': 2}])",
        "sa.inspect(op.get_bind()).has_table('x')",
        "if not op.get_context().as_sql:\n    op.execute('DROP TABLE x')",
        "from alembic import context\nif not context.is_offline_mode():\n    op.execute('DROP TABLE x')",
        "raise RuntimeError('no')",
        "import sys\nsys.exit(1)",
        "import subprocess",
        "import os\nos.system('true')",
        "import os\nos._exit(0)",
        "import pathlib\npathlib.Path('/tmp/never').touch()",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    ],
)
def test_what_nobody_can_know(project: Project, body: str) -> None:
    """A revision before it and one after it are rendered all the same."""
    project.table("a1")
    project.revision("b2", "a1", f"op.execute('SELECT 2')\n{body}")
    project.table("c3", "b2")
    sql = rendered(project)
    assert sql["b2"] is None
    assert "CREATE TABLE t_a1" in (sql["a1"] or "")
    assert (sql["c3"] or "").startswith("CREATE TABLE t_c3")


def test_one_that_reaches_out_does_not_get_there(by_each_driver: Project) -> None:
    """To look must not be to act: not through an engine of its own either, nor one that is open already, nor a socket."""
    project = by_each_driver
    url = project.url.replace("postgresql://", f"postgresql+{project.driver}://").replace("?sslmode=disable", "")
    project.write(
        f"shared_{project.folder.name}.py",
        f"import sqlalchemy\nengine = sqlalchemy.create_engine({url!r})\nengine.connect().close()\n",
    )
    shared = f"from shared_{project.folder.name} import engine"
    insert = "engine.connect() as c:\n    c.exec_driver_sql('CREATE TABLE t_written ()')\n    c.commit()"
    project.revision("a1", None, f"engine = sa.create_engine({url!r})\nwith {insert}")
    project.revision("b2", "a1", f"with {insert}", imports=shared)
    project.revision("c3", "b2", "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')")
    project.revision("d4", "c3", "op.execute('SELECT 4')")
    assert rendered(project) == {"a1": None, "b2": None, "c3": None, "d4": "SELECT 4;"}
    assert project.tables() == []
    __import__(f"shared_{project.folder.name}").engine.dispose()


def test_an_environment_without_an_offline_mode(project: Project) -> None:
    text = (project.folder / "migrations/env.py").read_text()
    project.write(
        "migrations/env.py",
        text.replace("if context.is_offline_mode():\n    offline()\nelse:\n    online()", "online()"),
    )
    project.table("a1")
    assert (rendered(project)["a1"] or "").startswith("CREATE TABLE t_a1")
    project.write("migrations/env.py", text.replace("    offline()\n", "    raise RuntimeError('no offline mode')\n"))
    with pytest.raises(Refusal) as caught:
        rendered(project)
    assert caught.value.error["code"] == "configuration_error"
    assert "RuntimeError: no offline mode" in caught.value.error["message"]


def test_nothing_pending(project: Project) -> None:
    assert rendered(project) == {}


def test_the_next_step_works_after_it(project: Project) -> None:
    project.table("a1")
    source = read_source(project.options)
    with project.connect() as connection:
        read_history(connection, project.options)
        render_sql(connection, source, source.migrations, (), project.options)
        apply_all(project, connection)
    assert project.versions() == ["a1"]

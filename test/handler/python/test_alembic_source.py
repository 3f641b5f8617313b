"""What the script directory says, before any database is asked."""

from __future__ import annotations

import hashlib
import pathlib
import py_compile

import pytest
from alembic_support import Project, make_project
from migrate_remote_handler import Options, Refusal, read_source


@pytest.fixture
def files(tmp_path: pathlib.Path) -> Project:
    return make_project(tmp_path, "postgresql://nobody@127.0.0.1:1/none")


def names(files: Project) -> list[str]:
    return [migration.revision for migration in read_source(files.options).migrations]


def refused(files: Project) -> dict[str, object]:
    with pytest.raises(Refusal) as caught:
        read_source(files.options)
    return caught.value.error


def test_linear(files: Project) -> None:
    files.revision("c3", "b2")
    path = files.revision("a1")
    files.revision("b2", "a1")
    source = read_source(files.options)
    assert [each.revision for each in source.migrations] == ["a1", "b2", "c3"]
    assert source.heads == ("c3",)
    first = source.migrations[0]
    assert first.checksum == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (first.description, first.down_revisions, first.transactional) == ("make a1", (), True)
    assert source.problems == ()


def test_the_checksum_is_of_the_bytes(files: Project) -> None:
    path = files.revision("a1")
    before = read_source(files.options).migrations[0].checksum
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_source(files.options).migrations[0].checksum != before


def test_a_thousand_in_a_row(files: Project) -> None:
    """No recursion."""
    for number in range(1000):
        name = f"r{number:04}"
        files.write(
            f"migrations/versions/{name}.py",
            f"revision = {name!r}\ndown_revision = {f'r{number - 1:04}' if number else None!r}\n\n\ndef upgrade():\n    pass\n",
        )
    assert names(files) == [f"r{number:04}" for number in range(1000)]


def test_branches_are_told_one_after_the_other(files: Project) -> None:
    files.revision("m", ("b2", "c1"))
    files.revision("b2", "b1")
    files.revision("c1", "a1", labels="billing")
    files.revision("a1")
    files.revision("b1", "a1")
    source = read_source(files.options)
    assert [each.revision for each in source.migrations] == ["a1", "b1", "b2", "c1", "m"]
    assert source.heads == ("m",)
    assert [each.revision for each in source.migrations if "billing" in each.branch_labels] == ["c1", "m"]


def test_what_a_revision_depends_on_comes_before_it(files: Project) -> None:
    files.revision("z1")
    files.revision("z2", "z1")
    files.revision("a1", depends_on="z1", labels="reports")
    source = read_source(files.options)
    assert [each.revision for each in source.migrations] == ["z1", "a1", "z2"]
    assert source.heads == ("a1", "z2")
    assert source.migrations[1].down_revisions == ("z1",)


def test_what_leaves_its_transaction(files: Project) -> None:
    files.revision("a1", None, "with op.get_context().autocommit_block():\n    op.execute('VACUUM')")
    files.revision("b2", "a1", "op.execute('COMMIT')\nop.execute('CREATE INDEX CONCURRENTLY x ON y (z)')")
    path = files.revision("c3", "b2", "op.execute('COMMENT ON TABLE x IS NULL')")
    path.write_text(
        path.read_text().replace("def downgrade():\n    pass", "def downgrade():\n    op.execute('COMMIT')")
    )
    assert [each.transactional for each in read_source(files.options).migrations] == [False, False, True]


def test_none(files: Project) -> None:
    source = read_source(files.options)
    assert (source.migrations, source.heads) == ((), ())
    assert source.problems[0]["code"] == "no_migrations"


def test_two_files_with_one_revision(files: Project) -> None:
    files.revision("a1")
    files.revision("a1")
    error = refused(files)
    assert error["code"] == "configuration_error"
    assert "a1 is present more than once" in str(error["message"])


def test_a_parent_that_is_missing(files: Project) -> None:
    files.revision("b2", "a1")
    error = refused(files)
    assert error["code"] == "configuration_error"
    assert "b2 has the down_revision or depends_on a1, and no file has that revision" in str(error["message"])
    assert "Deploy the file of a1 too" in str(error["hint"])


def test_a_parent_that_is_missing_beside_one_that_is_there(files: Project) -> None:
    files.revision("a1")
    files.revision("c3", ("a1", "zzz"))
    assert "c3 has the down_revision or depends_on zzz," in str(refused(files)["message"])


def test_a_circle(files: Project) -> None:
    files.revision("a1", "b2")
    files.revision("b2", "a1")
    assert refused(files)["code"] == "configuration_error"


@pytest.mark.parametrize(
    ("text", "said"),
    [("def upgrade(:\n", "SyntaxError"), ("\nimport no_such_module\n", "no_such_module"), ("x = 1\n", "revision")],
)
def test_a_file_that_cannot_be_read(files: Project, text: str, said: str) -> None:
    # A folder that is called as Alembic's own is.
    (files.folder / "migrations").rename(files.folder / "alembic")
    files.write("alembic.ini", "[alembic]\nscript_location = %(here)s/alembic\n")
    path = files.write("alembic/versions/broken.py", text)
    message = str(refused(files)["message"])
    assert said in message
    if said != "revision":
        assert f"{path.name}, line {text.count(chr(10))}" in message


def test_compiled_files(files: Project) -> None:
    path = files.revision("a1", None, "with op.get_context().autocommit_block():\n    pass")
    py_compile.compile(str(path), cfile=str(path.with_suffix(".pyc")))
    path.unlink()
    ini = files.folder / "alembic.ini"
    ini.write_text(ini.read_text().replace("[alembic]\n", "[alembic]\nsourceless = true\n"))
    assert names(files) == ["a1"]


def test_no_configuration(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    with pytest.raises(Refusal) as caught:
        read_source(Options())
    assert caught.value.error["code"] == "configuration_error"
    assert "alembic.ini" in caught.value.error["message"]


def test_pyproject(files: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    files.revision("a1")
    (files.folder / "alembic.ini").unlink()
    files.write("pyproject.toml", '[tool.alembic]\nscript_location = "%(here)s/migrations"\n')
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(files.folder))
    assert [each.revision for each in read_source(Options()).migrations] == ["a1"]


def test_a_relative_script_location_counts_from_the_ini_file(files: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    files.revision("a1")
    files.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
    monkeypatch.chdir("/")
    assert names(files) == ["a1"]


def test_a_script_location_of_the_handlers_own(files: Project) -> None:
    files.revision("a1")
    (files.folder / "migrations").rename(files.folder / "elsewhere")
    options = Options(alembic_ini=str(files.folder / "alembic.ini"), script_location=str(files.folder / "elsewhere"))
    assert [each.revision for each in read_source(options).migrations] == ["a1"]

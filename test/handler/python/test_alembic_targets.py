"""What source and history mean together, and what a person means by a target. No database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from migrate_remote_handler import (
    Assessment,
    History,
    Migration,
    Refusal,
    Source,
    assess,
    find_revision,
    find_target,
    outermost,
    pending_to,
    topological,
)


def source_from(down: dict[str, tuple[str, ...]], labels: dict[str, tuple[str, ...]] | None = None) -> Source:
    has_child = {parent for parents in down.values() for parent in parents}
    heads = tuple(sorted(name for name in down if name not in has_child))
    ordered = topological(heads, down)
    return Source(
        tuple(Migration(name, "0" * 64, down[name], branch_labels=(labels or {}).get(name, ())) for name in ordered),
        heads,
    )


LINEAR = source_from({"aa11": (), "ab22": ("aa11",), "cc33": ("ab22",), "dd44": ("cc33",)})
BRANCHED = source_from(
    {"a1": (), "b1": ("a1",), "b2": ("b1",), "c1": ("a1",), "c2": ("c1",)},
    {"b1": ("left",), "b2": ("left",), "c1": ("right",), "c2": ("right",)},
)
MERGED = source_from({"a1": (), "b1": ("a1",), "c1": ("a1",), "m1": ("b1", "c1"), "n1": ("m1",)})


def at(source: Source, *versions: str, tables: bool = False) -> Assessment:
    return assess(source, History(versions), tables)


def refused(source: Source, wanted: str, *versions: str) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        find_target(source, at(source, *versions), wanted)
    return caught.value.error["code"], caught.value.error["message"]


def test_states() -> None:
    assert at(LINEAR).state == "empty"
    assert at(LINEAR, tables=True).state == "tables_without_migration_history"
    assert at(LINEAR, "ab22").state == "pending_migrations"
    assert at(LINEAR, "dd44").state == "up_to_date"
    assert at(LINEAR, "gone").state == "inconsistent"
    assert assess(LINEAR, History((), "foreign"), True).state == "inconsistent"


def test_what_is_applied_and_pending() -> None:
    found = at(LINEAR, "ab22")
    assert (found.current, found.head, found.applied) == (("ab22",), ("dd44",), ("aa11", "ab22"))
    assert [each.revision for each in found.pending] == ["cc33", "dd44"]


def test_several_heads_are_all_current() -> None:
    found = at(BRANCHED, "b1", "c2")
    assert found.current == ("b1", "c2")
    assert found.applied == ("a1", "b1", "c1", "c2")
    assert [each.revision for each in found.pending] == ["b2"]
    assert at(BRANCHED, "b2", "c2").state == "up_to_date"


def test_a_revision_that_only_history_knows() -> None:
    found = at(LINEAR, "gone")
    assert found.problems[0]["code"] == "missing"
    assert found.problems[0]["revision"] == "gone"
    assert found.current == ("gone",)


def test_a_row_that_another_row_implies() -> None:
    found = at(LINEAR, "aa11", "cc33")
    assert (found.state, found.current) == ("pending_migrations", ("cc33",))
    assert [(each["code"], each["revision"]) for each in found.problems] == [("redundant_history", "aa11")]


def test_an_unreadable_table() -> None:
    assert assess(LINEAR, History((), "why"), True).problems[0] == {"code": "unreadable_history", "message": "why"}


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("ab22", "ab22"),
        ("cc", "cc33"),
        ("head", "dd44"),
        ("heads", "dd44"),
        ("+1", "cc33"),
        ("+2", "dd44"),
        ("cc33+1", "dd44"),
        ("cc+1", "dd44"),
        ("aa11@head", "dd44"),
    ],
)
def test_a_target_of_a_line(wanted: str, meant: str) -> None:
    assert find_target(LINEAR, at(LINEAR, "ab22"), wanted) == meant


def test_the_next_one_of_an_empty_database_is_the_first() -> None:
    assert find_target(LINEAR, at(LINEAR), "+1") == "aa11"
    assert find_target(LINEAR, at(LINEAR), "+3") == "cc33"


def test_the_current_revision_is_a_target_that_does_nothing() -> None:
    found = at(LINEAR, "ab22")
    assert pending_to(LINEAR, found, find_target(LINEAR, found, "ab22")) == ()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("a", '"a" may mean aa11, ab22'),
        ("zz99", 'no revision "zz99"'),
        ("", 'no revision ""'),
        ("+3", "goes beyond the head: 2 revisions come after ab22"),
        ("+0", None),
        ("nobody@head", "nobody"),
        ("aa1x", "Near it are aa11"),
        ("aa11'; DROP TABLE x; --", "no revision"),
    ],
)
def test_a_target_that_is_none(wanted: str, said: str | None) -> None:
    if said is None:
        assert find_target(LINEAR, at(LINEAR, "ab22"), wanted) == "ab22"
        return
    code, message = refused(LINEAR, wanted, "ab22")
    assert code == "unknown_revision"
    assert said in message
    assert message.endswith("Nothing was done.")


@pytest.mark.parametrize("wanted", ["aa11", "base", "-1", "aa11+0", "dd44-1"])
def test_what_lies_behind_is_refused(wanted: str) -> None:
    code, message = refused(LINEAR, wanted, "cc33")
    assert code == "target_behind_current"
    assert "Migrations are never undone" in message


def test_several_heads_have_to_be_told_apart() -> None:
    assert "b2, c2: the migrations have several heads" in refused(BRANCHED, "head")[1]
    assert find_target(BRANCHED, at(BRANCHED), "heads") == "b2,c2"
    assert find_target(BRANCHED, at(BRANCHED), "left@head") == "b2"
    assert find_target(BRANCHED, at(BRANCHED), "c1@head") == "c2"
    assert "b2, c2" in refused(BRANCHED, "a1@head")[1]
    assert find_target(BRANCHED, at(BRANCHED), "a1@heads") == "b2,c2"


def test_relative_to_several_heads() -> None:
    assert "the database is at several: b1, c1" in refused(BRANCHED, "+1", "b1", "c1")[1]
    assert find_target(BRANCHED, at(BRANCHED, "b1", "c1"), "right@+1") == "c2"
    assert find_target(BRANCHED, at(BRANCHED, "b1", "c1"), "b1+1") == "b2"


def test_relative_where_branches_begin() -> None:
    with pytest.raises(Refusal) as caught:
        find_target(BRANCHED, at(BRANCHED, "a1"), "+1")
    assert "the branches b1, c1 begin after a1" in caught.value.error["message"]
    # What is proposed can be typed: branches need not have labels.
    assert caught.value.error["hint"] == "Name the revision that is meant, such as b1."
    assert find_target(BRANCHED, at(BRANCHED, "a1"), "left@+1") == "b1"
    assert find_target(BRANCHED, at(BRANCHED), "+1") == "a1"


def test_a_merge_takes_both_its_sides() -> None:
    found = at(MERGED, "b1")
    assert [each.revision for each in pending_to(MERGED, found, find_target(MERGED, found, "+1"))] == ["c1", "m1"]


def test_a_side_that_is_left_behind_the_other() -> None:
    """b1 is applied; c1 is not, and neither is behind."""
    found = at(MERGED, "b1")
    assert find_target(MERGED, found, "c1") == "c1"
    assert [each.revision for each in pending_to(MERGED, found, "c1")] == ["c1"]


def test_all_heads() -> None:
    found = at(BRANCHED, "b1")
    assert [each.revision for each in pending_to(BRANCHED, found, None)] == ["b2", "c1", "c2"]
    assert pending_to(BRANCHED, found, None) == pending_to(BRANCHED, found, find_target(BRANCHED, found, "heads"))
    assert [each.revision for each in pending_to(BRANCHED, found, "c2")] == ["c1", "c2"]


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Each revision after any of those before it."""
    names = [f"r{number:02}" for number in draw(st.permutations(range(draw(st.integers(1, 14)))))]
    return {
        name: tuple(sorted(draw(st.sets(st.sampled_from(names[:index]), max_size=3)))) if index else ()
        for index, name in enumerate(names)
    }


@given(graphs(), st.randoms())
def test_every_revision_comes_after_all_that_it_needs(down: dict[str, tuple[str, ...]], random: object) -> None:
    source = source_from(down)
    order = [each.revision for each in source.migrations]
    assert sorted(order) == sorted(down)
    for name, parents in down.items():
        assert all(order.index(parent) < order.index(name) for parent in parents)
    shuffled = list(down)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert [each.revision for each in source_from({name: down[name] for name in shuffled}).migrations] == order


@given(graphs(), st.data())
def test_applied_and_pending_are_the_whole(down: dict[str, tuple[str, ...]], data: st.DataObject) -> None:
    source = source_from(down)
    rows = data.draw(st.sets(st.sampled_from(sorted(down))))
    found = assess(source, History(tuple(sorted(rows))), False)
    assert {*found.applied, *(each.revision for each in found.pending)} == set(down)
    assert len(found.applied) + len(found.pending) == len(down)
    assert set(found.current) <= rows
    assert outermost(source, found.applied) == found.current
    target = data.draw(st.sampled_from(sorted(down)))
    needed = [each.revision for each in pending_to(source, found, target)]
    standing = set(found.applied)
    for revision in needed:
        assert set(down[revision]) <= standing
        standing.add(revision)
    assert target in standing


@given(graphs(), st.text(max_size=12), st.data())
def test_a_target_is_a_revision_or_a_refusal(down: dict[str, tuple[str, ...]], text: str, data: st.DataObject) -> None:
    source = source_from(down)
    rows = data.draw(st.sets(st.sampled_from(sorted(down))))
    wanted = data.draw(
        st.sampled_from([text, f"+{text}", f"{text}@head", f"r{text}", f"r0{text}+1", "+1", "r01@+2", "heads", "head"])
    )
    found = assess(source, History(tuple(sorted(rows))), False)
    try:
        target = find_target(source, found, wanted)
    except Refusal as refusal:
        assert refusal.error["code"] in ("unknown_revision", "target_behind_current")
        assert refusal.error["hint"]
    else:
        assert set(target.split(",")) <= set(down)


def test_a_whole_id_wins_over_a_beginning() -> None:
    source = source_from({"ab": (), "abc": ("ab",)})
    assert find_revision(source, "ab") == "ab"

"""What both far sides make of events, plans, rows and decisions: the TypeScript tests read the same files."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import migrate_remote_handler as far
import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures" / "wire"


def fixture(name):
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


def named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases]


def milliseconds(text):
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    return moment.timestamp() * 1000


@pytest.mark.parametrize("case", named(fixture("events")["cases"]))
def test_events(case):
    made = fixture("events")["made_run_id"]
    if "error" in case:
        with pytest.raises(far.Refusal) as refused:
            far.decode_event(case["event"], lambda: made)
        assert refused.value.error["code"] == case["error"]
        assert refused.value.error["hint"]
        return
    decoded = far.decode_event(case["event"], lambda: made)
    assert decoded is None if case.get("foreign") else decoded == case["decoded"]


@pytest.mark.parametrize("case", named(fixture("plan-ids")["cases"]))
def test_plan_ids(case):
    migrations = [far.Migration(one["revision"], one["checksum"], ()) for one in case["migrations"]]
    assert far.plan_id(case["engine"], case["from"], case["target"], migrations) == case["id"]
    assert json.loads(case["text"])[1] == far.code_unit_sorted(case["from"])


@pytest.mark.parametrize("case", named(fixture("repair-ids")["cases"]))
def test_repair_ids(case):
    record = [(one["revision"], one["checksum"]) for one in case["record"]]
    assert far.repair_id(case["engine"], case["from"], case["to"], record, case["remove"]) == case["id"]


def test_run_ids():
    ids = fixture("run-ids")
    for one in ids["valid"]:
        assert far.run_id_of({"run_id": one["run_id"]}) == one["run_id"]
        made = None if one["time"] is None else milliseconds(one["time"])
        assert far.run_id_time(one["run_id"]) == made
    for text in ids["invalid"]:
        assert far.run_id_of({"run_id": text}) is None, text
    assert far.run_id_of({"run_id": far.new_run_id()})
    assert abs(far.run_id_time(far.new_run_id()) - datetime.now(timezone.utc).timestamp() * 1000) < 5000


@pytest.mark.parametrize("case", named(fixture("ledger-rows")["cases"]))
def test_rows_of_the_ledger(case):
    found = {"row": json.dumps(case["row"]), "live": case["live"], "late": case["late"]}
    if case.get("unreadable"):
        with pytest.raises(far.Refusal, match="cannot be read"):
            far.parse_row(found)
    else:
        assert far.parse_row(found).record == case["record"]


DECISIONS = fixture("decisions")
OWN = DECISIONS["own_run_id"]


def stored(row):
    if row is None:
        return None
    known = {"run_id": OWN, **row}
    record = {name: known[name] for name in ("run_id", "state", "part")}
    if known.get("lease_until"):
        moment = datetime.fromtimestamp(known["lease_until"] / 1000, timezone.utc)
        record["lease_until"] = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return far.StoredRun(record, known["live"])


@pytest.mark.parametrize("case", DECISIONS["before_lock"], ids=json.dumps)
def test_before_the_lock(case):
    assert far.before_lock(stored(case["own"]), case["part"]) == case["expected"]


@pytest.mark.parametrize("case", DECISIONS["without_lock"], ids=json.dumps)
def test_without_the_lock(case):
    holder = OWN if case["holder"] == "own" else case["holder"]
    assert far.without_lock(stored(case["own"]), holder, OWN) == case["expected"]


@pytest.mark.parametrize("case", named(DECISIONS["under_lock"]))
def test_under_the_lock(case):
    runs = [stored(row) for row in case["rows"]]
    assert [run.run_id for run in far.runs_to_close(runs, OWN, 1000)] == case["close"]
    decided, by = far.after_closing(runs, OWN, case["part"], 1000)
    assert (decided, by and by.run_id) == (case["next"], case.get("by"))


def test_too_late():
    for case in DECISIONS["too_late"]:
        now = case["now"] if "." in case["now"] else case["now"].replace("Z", ".0Z")
        assert far.is_too_late(case["run_id"], milliseconds(now)) == case["expected"], case


def test_time_for_another():
    for case in DECISIONS["time_for_another"]:
        assert far.time_for_another(case["remaining"], case["longest"], case["stop_before"]) == case["expected"], case

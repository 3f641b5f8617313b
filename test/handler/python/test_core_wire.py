"""The pure parts: reading events, keeping reports small, keeping secrets out."""

from __future__ import annotations

import json

import migrate_remote_handler as far
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
near = st.fixed_dictionaries(
    {"admin_operation": st.sampled_from(far.OPERATIONS) | st.text(max_size=20)},
    optional={
        "parameters": anything
        | st.dictionaries(
            st.sampled_from(["dry_run", "fix_history", "target_revision", "revision", "limit", "dryRun"]), anything
        ),
        "confirm": anything,
        "run_id": anything,
        "part": anything,
        "plan_id": anything,
        "requested_by": anything,
    },
)


@given(anything | near)
@settings(max_examples=400, deadline=None)
def test_any_event_is_an_operation_a_refusal_or_none_of_ours(event):
    try:
        operation = far.decode_event(event)
    except far.Refusal as refusal:
        assert refusal.error["code"] in ("invalid_event", "unsupported_operation", "confirm_required")
        return
    if operation is None:
        assert not (isinstance(event, dict) and isinstance(event.get("admin_operation"), str))
        return
    if far.writes(operation):
        assert event["confirm"] is True
        assert operation["run"]["part"] >= 1
    assert operation["kind"] == far.kind_of(event) or "dryRun" in event.get("parameters", {})


@given(near)
@settings(max_examples=200, deadline=None)
def test_nothing_but_true_is_consent(event):
    try:
        operation = far.decode_event({**event, "confirm": "yes"})
    except far.Refusal:
        return
    assert operation is None


@given(st.text())
def test_redacting_twice_changes_nothing_more(text):
    once = far.redact(text)
    assert far.redact(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://app:hunter2@db:5432/app?sslmode=require",
        "postgres://app:hun@hunter2@db/app",
        "CREATE ROLE r LOGIN PASSWORD 'hunter2';",
        "ALTER USER r WITH ENCRYPTED PASSWORD E'it''s hunter2' VALID UNTIL 'infinity'",
        "password = 'hunter2'",
        '{"password":"hunter2"}',
        '{\\"password\\":\\"hunter2\\"}',
        "https://x/?X-Amz-Signature=hunter2&b=1",
        "Authorization: Bearer hunter2hunter2",
        "password: hunter2",
        "{ user: 'app', password: 'hun ter hunter2', port: 5432 }",
        "psql --password hunter2 --host db",
        "-----BEGIN PRIVATE KEY-----\nMIIa\nhunter2\n-----END PRIVATE KEY-----",
    ],
)
def test_secrets_are_masked(text):
    assert "hunter2" not in far.redact(text)
    assert "***" in far.redact(text)


@pytest.mark.parametrize(
    "text",
    [
        'relation "tokens" does not exist at line 3, revision 003_add_secret_santa',
        "password: required",
        "use --password to set it",
        "secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:1:secret:prod/db",
        "connecting to token-service:8080 and secret:443",
    ],
)
def test_prose_is_left_alone(text):
    assert far.redact(text) == text


def report(count, size):
    migrations = [
        {"revision": f"r{index}", "status": "pending" if index % 2 else "applied", "sql": "x" * size}
        for index in range(count)
    ]
    return {
        "operation": "dry-run",
        "success": True,
        "migrations": migrations,
        "problems": [],
        **far.nothing_asked(),
    } | {"migrations": migrations}


@given(st.integers(0, 300), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_report_never_outgrows_its_bound(count, size):
    most = 12_000
    bounded = far.bounded(report(count, size), most)
    # Revisions alone may be more than a small bound; SQL never is what breaks it.
    assert far.json_size(bounded) <= most or not any("sql" in entry for entry in bounded["migrations"])
    for entry in bounded["migrations"]:
        if entry["status"] == "pending":
            assert "sql" in entry or entry["unchecked"]
    cut = [problem for problem in bounded["problems"] if problem["code"] == "report_cut"]
    assert bool(cut) == (len(bounded["migrations"]) < count)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_what_is_stored_is_what_postgresql_and_utf8_can_hold(value):
    text = json.dumps(far.storable(value), ensure_ascii=False)
    text.encode("utf-8")
    assert "\\u0000" not in text


@pytest.mark.parametrize(
    ("given_value", "milliseconds"), [("500ms", 500), ("30s", 30_000), ("1.5m", 90_000), ("1h", 3_600_000), (250, 250)]
)
def test_durations(given_value, milliseconds):
    assert far.parse_duration("lease", given_value) == milliseconds


@pytest.mark.parametrize("given_value", ["", "soon", "-1", "1d", "1e9", "99999h", "١s"])
def test_what_is_no_duration_is_refused(given_value):
    with pytest.raises(far.Refusal) as refused:
        far.parse_duration("lease", given_value)
    assert refused.value.error["code"] == "configuration_error"
    assert refused.value.error["hint"]


def test_a_budget_that_is_no_number_is_refused():
    with pytest.raises(far.Refusal) as refused:
        far.options_from({"MIGRATION_TIMEOUT": "5 minutes"})
    assert refused.value.error["code"] == "configuration_error"
    assert far.options_from({"MIGRATION_TIMEOUT": "300"}).migration_timeout == 300
    assert far.options_from({"MIGRATION_TIMEOUT": ""}).migration_timeout is None


def test_a_misspelt_option_fails_at_once():
    with pytest.raises(TypeError):
        far.create_handler(leese="5m")


def test_a_log_line_is_one_line_of_json_and_keeps_no_secret():
    lines = []
    log = far.create_log(lines.append, run_id="r", request_id=None)
    log("info", "notice", "first\nsecond password=hunter2 \ud800", {"index": 1, "gone": None})
    assert len(lines) == 1
    assert "\n" not in lines[0]
    assert json.loads(lines[0]) == {
        "level": "info",
        "message": "first\nsecond password=*** \ufffd",
        "run_id": "r",
        "event": "notice",
        "index": 1,
    }


@pytest.mark.parametrize(
    ("name", "who", "expected"),
    [
        ("20261120T104512Z-9f3c1a7e", "ada@büro 7", "migrate-remote 20261120T104512Z-9f3c1a7e ada@b_ro_7"),
        ("status", "", "migrate-remote status"),
        ("x", "y" * 100, f"migrate-remote x {'y' * 46}"),
    ],
)
def test_application_names(name, who, expected):
    assert far.application_name(name, who) == expected

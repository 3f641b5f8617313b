from __future__ import annotations

import json
import socket
import time
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import env_support
import migrate_remote_handler as far_side
import pytest
from hypothesis import given
from hypothesis import strategies as st

RUN_ID = "20261120T104512Z-9f3c1a7e"

RUN: dict[str, Any] = {
    "operation": "run",
    "success": True,
    "engine": "alembic",
    "state": "up_to_date",
    "current_revisions": ["def456"],
    "head_revisions": ["def456"],
    "migrations": [
        {"revision": "aaa111", "status": "skipped"},
        {"revision": "abc123", "status": "skipped"},
        {"revision": "bcd234", "status": "applied", "duration_ms": 20},
        {"revision": "def456", "status": "applied", "duration_ms": 30},
    ],
    "problems": [],
    "plan": {"id": "0" * 64, "from": ["abc123"], "target": "def456", "revisions": ["bcd234", "def456"]},
    "database": {"host": "db.internal", "port": 5432, "name": "app"},
    "run_id": RUN_ID,
    "part": 1,
    "duration_ms": 1234,
    "run": {
        "run_id": RUN_ID,
        "state": "succeeded",
        "operation": "run",
        "part": 1,
        "requested_by": "ana@laptop",
        "from_revisions": ["abc123"],
        "to_revisions": ["def456"],
        "applied": ["bcd234", "def456"],
        "started_at": "2026-11-20T10:45:13.120000+00:00",
        "finished_at": "2026-11-20T10:45:14.354000Z",
    },
}
FAILED = {
    **RUN,
    "success": False,
    "migrations": [{"revision": "bcd234", "status": "applied"}, {"revision": "def456", "status": "failed"}],
    "current_revisions": ["bcd234"],
    "run": {**RUN["run"], "state": "failed"},
    "error": {
        "code": "migration_failed",
        "message": "def456 failed: could not connect with password=s3cret",
        "hint": "Correct it and run again.",
    },
}
SETTINGS = far_side.NoticeSettings(stage="dev", function="app-api-migrate-lambda-dev", log_stream="2026/11/20/[1]ab")


def told(report: dict[str, Any], settings: far_side.NoticeSettings = SETTINGS) -> env_support.Lines:
    lines = env_support.Lines()
    far_side.tell_outcome(report, settings, lines)
    return lines


def metrics(report: dict[str, Any], settings: far_side.NoticeSettings = SETTINGS) -> dict[str, Any] | None:
    """What CloudWatch would take from the line, read as its specification says."""
    lines = told(report, settings).of("metrics")
    if not lines:
        return None
    (line,) = json.loads(json.dumps(lines))
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "migrate-remote"
    assert directive["Dimensions"] == [["stage", "engine"]]
    assert (line["stage"], line["engine"]) == (settings.stage, "alembic")
    assert abs(line["_aws"]["Timestamp"] - time.time() * 1000) < 60_000
    units = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
    assert {unit for name, unit in units.items() if name != "MigrationDuration"} <= {"Count"}
    assert units.get("MigrationDuration", "Milliseconds") == "Milliseconds"
    assert all(isinstance(line[name], (int, float)) for name in units)
    return {name: line[name] for name in units}


def test_a_run_that_succeeded() -> None:
    assert metrics(RUN) == {
        "MigrationDuration": 1234,
        "MigrationsApplied": 2,
        "MigrationSuccess": 1,
        "MigrationFailure": 0,
        "DatabaseConnectionErrors": 0,
        "ColdStart": 0,
    }


def test_a_run_that_failed_on_a_cold_start() -> None:
    seen = metrics(FAILED, far_side.NoticeSettings(stage="prod", cold_start=True))
    assert seen is not None
    assert (seen["MigrationsApplied"], seen["MigrationSuccess"], seen["MigrationFailure"]) == (1, 0, 1)
    assert seen["ColdStart"] == 1


def test_a_run_of_several_parts_took_from_its_first_to_its_last() -> None:
    run = {**RUN["run"], "part": 2, "started_at": "2026-11-20T10:35:14.354000+00:00"}
    assert metrics({**RUN, "part": 2, "run": run})["MigrationDuration"] == 600_000


def test_a_pause_is_no_end() -> None:
    paused = {**RUN, "run": {**RUN["run"], "state": "paused"}}
    assert told(paused).all == []


@pytest.mark.parametrize("code", sorted(far_side.DELIBERATE_REFUSALS))
def test_a_refusal_is_no_failure_of_a_migration(code: str) -> None:
    assert metrics({**RUN, "success": False, "error": {"code": code, "message": "no"}}) == {
        "DatabaseConnectionErrors": 0,
        "ColdStart": 0,
    }


@pytest.mark.parametrize("operation", ["status", "dry-run", "run-result", "list-runs", "fence-run"])
def test_a_read_counts_only_what_it_could_not_reach(operation: str) -> None:
    read = {"operation": operation, "success": True, "engine": "alembic", "migrations": []}
    assert metrics(read) is None
    error = {"code": "database_unreachable", "message": "no answer"}
    assert metrics({**read, "success": False, "error": error}) == {"DatabaseConnectionErrors": 1, "ColdStart": 0}


@pytest.mark.parametrize(
    ("environ", "function", "stage"),
    [
        ({"MIGRATE_REMOTE_STAGE": "qa", "STAGE": "dev"}, "app-prod", "qa"),
        ({"STAGE": "dev", "SST_STAGE": "x"}, "app-prod", "dev"),
        ({"SST_STAGE": "staging"}, "app-prod", "staging"),
        ({"SST_RESOURCE_App": '{"name": "app", "stage": "ana"}'}, "app-prod", "ana"),
        ({"SST_RESOURCE_App": "broken"}, "template-saas-api-migrate-lambda-prod", "prod"),
        ({"STAGE": " two\nlines "}, "", "two-lines"),
        ({}, "", "unknown"),
    ],
)
def test_the_stage(environ: dict[str, str], function: str, stage: str) -> None:
    assert far_side.notice_settings({**environ, "AWS_LAMBDA_FUNCTION_NAME": function}).stage == stage


def test_the_text_tells_the_report_in_short() -> None:
    assert far_side.notice_text(RUN, SETTINGS).splitlines() == [
        "✓ Database Migration Successful (dev)",
        "",
        "Stage: dev",
        "Function: app-api-migrate-lambda-dev",
        f"Run: {RUN_ID}",
        "Requested by: ana@laptop",
        "Engine: alembic",
        "Database: app on db.internal",
        "Revision: abc123 → def456",
        "Applied: 2 (bcd234, def456)",
        "Duration: 1234 ms",
        "Log stream: 2026/11/20/[1]ab",
        "",
        f"migrate-remote runs {RUN_ID} --stage dev",
        f"migrate-remote logs --run {RUN_ID} --stage dev",
    ]


def test_the_text_of_a_failure_says_why_and_what_next_and_no_secret() -> None:
    text = far_side.notice_text(FAILED, SETTINGS)
    assert text.startswith("✗ Database Migration Failed (dev)\n")
    assert "Error: migration_failed: def456 failed" in text
    assert "Next: Correct it and run again." in text
    assert "s3cret" not in text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(RUN)), json_values))
def test_it_never_raises_whatever_the_report(parts: dict[str, Any]) -> None:
    far_side.tell_outcome({**RUN, **parts}, SETTINGS, env_support.Lines())


def test_a_log_that_raises_does_not_reach_the_migration() -> None:
    def broken(*_: Any) -> None:
        raise OSError("stdout is closed")

    far_side.tell_outcome(RUN, SETTINGS, broken)


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with env_support.moto() as endpoint:
        yield endpoint


@pytest.fixture
def inbox(aws: str, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A topic of its own with a queue behind it."""
    name = f"migrations-{uuid.uuid4()}"
    for variable, value in {**env_support.AWS, "AWS_ENDPOINT_URL": aws}.items():
        monkeypatch.setenv(variable, value)
    topic = boto3.client("sns").create_topic(Name=name)["TopicArn"]
    queues = boto3.client("sqs")
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def read() -> list[dict[str, str]]:
        messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return SimpleNamespace(topic=topic, read=read)


def with_topic(topic: str, stage: str = "dev") -> far_side.NoticeSettings:
    return far_side.notice_settings({"MIGRATION_SNS_TOPIC_ARN": topic, "STAGE": stage})


def test_success_and_failure_are_told(inbox: SimpleNamespace) -> None:
    lines = told(RUN, with_topic(inbox.topic))
    told(FAILED, with_topic(inbox.topic, "prod"))
    assert lines.of("notice_not_sent") == []
    assert [message["Subject"] for message in inbox.read()] == [
        "✓ Database Migration Successful (dev)",
        "✗ Database Migration Failed (prod)",
    ]


def test_nothing_to_do_and_refusals_are_not_told(inbox: SimpleNamespace) -> None:
    quiet = [entry for entry in RUN["migrations"] if entry["status"] == "skipped"]
    nothing = {key: value for key, value in RUN.items() if key != "run"} | {"migrations": quiet}
    locked = {**RUN, "success": False, "error": {"code": "locked", "message": "held"}}
    for report in (nothing, locked, {**RUN, "operation": "status"}, {**RUN, "run": {**RUN["run"], "state": "paused"}}):
        told(report, with_topic(inbox.topic))
    assert inbox.read() == []


def test_a_repair_is_told(inbox: SimpleNamespace) -> None:
    repair = {**RUN, "operation": "fix-history", "migrations": [{"revision": "abc123", "status": "recorded"}]}
    told(repair, with_topic(inbox.topic))
    (message,) = inbox.read()
    assert "Repaired: 1 (abc123)" in message["Message"]


def test_a_topic_that_does_not_exist_is_a_warning(inbox: SimpleNamespace) -> None:
    lines = told(RUN, with_topic(f"{inbox.topic}-gone"))
    (warning,) = lines.of("notice_not_sent")
    assert warning["level"] == "warn" and "NotFound" in warning["message"]
    assert len(lines.of("metrics")) == 1


def test_a_silent_sns_takes_three_seconds_and_not_more(inbox: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        lines = told(RUN, with_topic(inbox.topic))
        assert time.monotonic() - began < 4
    assert len(lines.of("notice_not_sent")) == 1

"""What the TypeScript handler says of the same environments and reports, this one says too."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import env_support
import migrate_remote_handler as far_side
import pytest

WIRE = env_support.ROOT / "test" / "fixtures" / "wire"
CREDENTIALS = json.loads((WIRE / "credentials.json").read_text("utf-8"))
NOTICES = json.loads((WIRE / "notices.json").read_text("utf-8"))
STORED = {(one["service"], one["name"]): one["text"] for one in CREDENTIALS["stored"]}


def named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


def fetch(service: str, name: str) -> str:
    if (service, name) not in STORED:
        raise far_side.FetchError("ResourceNotFoundException")
    return STORED[service, name]


def meant(environment: dict[str, str]) -> dict[str, Any]:
    url = far_side.driver_url(far_side.resolve_database_url(environment, fetch), environment)
    facts = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "database": url.database,
        "sslmode": url.query.get("sslmode"),
    }
    return {name: value for name, value in facts.items() if value is not None}


@pytest.mark.parametrize("case", named(CREDENTIALS["cases"]))
def test_credentials(case: dict[str, Any]) -> None:
    if "means" in case:
        assert meant(case["environment"]) == case["means"]
        return
    with pytest.raises(far_side.Refusal) as caught:
        far_side.resolve_database_url(case["environment"], fetch)
    error = caught.value.error
    assert error["code"] == case["error"]
    told = json.dumps(error)
    assert case.get("names", "") in told
    assert "p@s/s" not in told and "pa%40ss" not in told


@pytest.mark.parametrize("case", named(NOTICES["cases"]))
def test_notices_and_metrics(case: dict[str, Any]) -> None:
    facts = NOTICES["facts"]
    context = SimpleNamespace(function_name=facts["function"], log_stream_name=facts["log_stream"])
    settings = far_side.notice_settings({"STAGE": facts["stage"]}, context, facts["cold_start"])
    report = case["report"]
    assert (far_side.metrics_of(report, settings) or None) == case["metrics"]
    worth = far_side.is_worth_a_notice(report)
    told = {"subject": far_side.notice_title(report, settings), "message": far_side.notice_text(report, settings)}
    assert (told if worth else None) == case["notice"]

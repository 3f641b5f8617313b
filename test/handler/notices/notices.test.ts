import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { migrateRemote } from "../../../src/contract/codecs/migrate-remote.js";
import type { Operation } from "../../../src/contract/operations.js";
import type { Report } from "../../../src/contract/report.js";
import { metricsLine } from "../../../src/handler/notices/metrics.js";
import { noticeOf } from "../../../src/handler/notices/notice.js";
import { stageOf } from "../../../src/handler/notices/stage.js";
import { said } from "../../support/said.js";

interface Case {
  name: string;
  report: { operation: string };
  notice: { subject: string; message: string } | null;
  metrics: Record<string, number> | null;
}

const url = new URL("../../fixtures/wire/notices.json", import.meta.url);
const { facts, cases } = JSON.parse(readFileSync(url, "utf8"));

function decoded(report: Case["report"]): Report {
  const read = migrateRemote.decode({ kind: report.operation } as Operation, said(report));
  if ("unexpected" in read) throw new Error(read.unexpected);
  return read;
}

const told = {
  stage: facts.stage,
  functionName: facts.function,
  logStream: facts.log_stream,
  requestId: facts.request_id,
  coldStart: facts.cold_start,
  now: 1_760_000_000_000,
};

describe("what a topic is told of", () => {
  it.each<[string, Case]>(cases.map((one: Case) => [one.name, one]))("%s", (_, { report, notice }) => {
    expect(noticeOf(decoded(report), told) ?? null).toEqual(notice);
  });

  it("has a subject that SNS takes, and a bounded message", () => {
    const report = decoded(cases[0].report);
    const notice = noticeOf(
      { ...report, error: { code: "x", message: "y".repeat(90_000) } },
      {
        ...told,
        stage: "s".repeat(60),
      },
    );
    expect(notice?.subject.length).toBeLessThan(100);
    expect(notice?.subject).not.toMatch(/[\x00-\x1f]/);
    expect(notice?.message.length).toBeLessThanOrEqual(20_001);
  });
});

describe("what is counted of", () => {
  it.each<[string, Case]>(cases.map((one: Case) => [one.name, one]))("%s", (_, { report, metrics }) => {
    const line = metricsLine(decoded(report), told) ?? null;
    if (metrics === null) {
      expect(line).toBeNull();
      return;
    }
    // As the format demands: each metric and each dimension is a member at the top.
    const names = Object.keys(metrics);
    const unit = (name: string) => (name === "MigrationDuration" ? "Milliseconds" : "Count");
    expect(line).toMatchObject({
      ...metrics,
      level: "info",
      event: "metrics",
      stage: "prod",
      engine: "sql",
      request_id: facts.request_id,
      _aws: {
        Timestamp: told.now,
        CloudWatchMetrics: [
          {
            Namespace: "migrate-remote",
            Dimensions: [["stage", "engine"]],
            Metrics: names.map((name) => ({ Name: name, Unit: unit(name) })),
          },
        ],
      },
    });
  });

  it("counts a warm start as none", () => {
    const line = metricsLine(decoded(cases[0].report), { ...told, coldStart: false });
    expect(line?.ColdStart).toBe(0);
  });
});

it.each<[string, Record<string, string>, string | undefined]>([
  ["a", { MIGRATE_REMOTE_STAGE: "a", STAGE: "b", SST_STAGE: "c", SST_RESOURCE_App: '{"stage":"d"}' }, "x-e"],
  ["b", { MIGRATE_REMOTE_STAGE: " ", STAGE: "b", SST_STAGE: "c" }, "x-e"],
  ["c", { SST_STAGE: "c", SST_RESOURCE_App: '{"stage":"d"}' }, "x-e"],
  ["d", { SST_RESOURCE_App: '{"name":"n","stage":"d"}' }, "x-e"],
  ["e", { SST_RESOURCE_App: "{" }, "template-saas-api-migrate-lambda-e"],
  ["migrate", {}, "migrate"],
  ["unknown", {}, undefined],
  ["two-words", { STAGE: "two\nwords" }, undefined],
])("the stage is %s", (stage, environment, functionName) => {
  expect(stageOf(environment, functionName)).toBe(stage);
});

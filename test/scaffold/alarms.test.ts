import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { AlarmFacts } from "../../src/scaffold/alarms/alarms.js";
import { type AlarmFormat, alarmTemplate } from "../../src/scaffold/alarms.js";
import { farSides, patience } from "../handler/python/support.js";
import { farSide } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { hasPython } from "../support/python.js";

interface SeenAlarm {
  namespace: string;
  metric: string;
  dimensions: Record<string, unknown>;
  threshold: number;
  statistic: string;
}

const facts: AlarmFacts = {
  stage: "prod",
  functionName: "shop-api-migrate-lambda-prod",
  engine: "sql",
  ourHandler: true,
};
const formats: AlarmFormat[] = ["cloudformation", "terraform"];

/** What the tool's own reader finds wrong, and the alarms that it sees. */
function readBack(format: AlarmFormat, template: string): { found: string[]; alarms: SeenAlarm[] } {
  const script = fileURLToPath(new URL("check_alarms.py", import.meta.url));
  return JSON.parse(
    execFileSync("python3", [script, format], { input: template, encoding: "utf8", stdio: "pipe" }),
  );
}

const seen = (given: AlarmFacts, format: AlarmFormat) =>
  readBack(format, alarmTemplate(given, format).template);

describe.skipIf(!hasPython("cfnlint", "hcl2"))("read back by cfn-lint and by a reader of HCL", () => {
  test("cfn-lint finds what is wrong, and the reader of HCL too", () => {
    const { template } = alarmTemplate(facts, "cloudformation");
    expect(
      readBack("cloudformation", template.replace("Statistic: Sum", "Statistic: Total")).found,
    ).not.toEqual([]);
    expect(() => readBack("terraform", "resource {")).toThrow();
  });

  test.each(formats)(
    "%s: failures, what takes five minutes, connection errors, and what the function cannot say itself",
    (format) => {
      const { found, alarms } = seen(facts, format);
      expect(found).toEqual([]);
      const ours = { namespace: "migrate-remote", dimensions: { stage: "prod", engine: "sql" } };
      const lambda = { namespace: "AWS/Lambda", dimensions: { FunctionName: facts.functionName } };
      expect(alarms).toEqual([
        { ...ours, metric: "MigrationFailure", threshold: 1, statistic: "Sum" },
        { ...ours, metric: "MigrationDuration", threshold: 300_000, statistic: "Maximum" },
        { ...ours, metric: "DatabaseConnectionErrors", threshold: 1, statistic: "Sum" },
        { ...lambda, metric: "Errors", threshold: 1, statistic: "Sum" },
        { ...lambda, metric: "Duration", threshold: 300_000, statistic: "Maximum" },
        { ...lambda, metric: "Throttles", threshold: 1, statistic: "Sum" },
      ]);
    },
  );

  test.each(formats)(
    "%s: an engine that nobody knows is asked for, a handler of somebody else's has Lambda's alarms alone",
    (format) => {
      const { engine, ...unknown } = facts;
      const asked = seen(unknown, format);
      expect(asked.found).toEqual([]);
      expect(JSON.stringify(asked.alarms[0]?.dimensions)).toMatch(/Engine|var\.migration_engine/);
      const foreign = seen({ ...facts, ourHandler: false }, format);
      expect(foreign.found).toEqual([]);
      expect(foreign.alarms.map(({ namespace }) => namespace)).toEqual([
        "AWS/Lambda",
        "AWS/Lambda",
        "AWS/Lambda",
      ]);
    },
  );

  const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/);
  test("whatever the names, both are read as they were meant", () => {
    fc.assert(
      fc.property(name, name, fc.constantFrom(...formats), (stage, functionName, format) => {
        const { found, alarms } = seen({ ...facts, stage, functionName }, format);
        expect(found).toEqual([]);
        expect(alarms[0]?.dimensions).toEqual({ stage, engine: "sql" });
        expect(alarms.at(-1)?.dimensions).toEqual({ FunctionName: functionName });
      }),
      { numRuns: 8 },
    );
  }, 240_000);
});

/** What a handler's line makes of metrics: their names, and the dimensions that an alarm has to name. */
function emitted(logs: Record<string, unknown>[]) {
  const line = logs.find((entry) => "_aws" in entry) as Record<string, unknown> & {
    _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  };
  const [directive] = line._aws.CloudWatchMetrics;
  return {
    namespace: directive?.Namespace,
    metrics: directive?.Metrics.map((metric) => metric.Name) ?? [],
    dimensions:
      directive?.Dimensions.map((names) => Object.fromEntries(names.map((one) => [one, line[one]]))) ?? [],
  };
}

/** The alarms on what a handler emits, without a tool that reads templates. */
const ownAlarms = (template: string) =>
  [...template.matchAll(/metric_name\s+= "(Migration\w+|Database\w+)"/g)].map(([, metric]) => metric ?? "");

describe("what the handlers really emit has the alarms' names and dimensions", () => {
  const database = eachInItsOwnDatabase();
  const context = { functionName: "shop-api-migrate-lambda-prod" };
  const nowhere = "postgresql://nobody@127.0.0.1:1/none";
  const python = farSides();
  afterEach(() => python.remove());
  const alarmed = ownAlarms(alarmTemplate(facts, "terraform").template);

  test("the SQL engine's, of a run and where there is no database", async () => {
    const run = farSide(database.url, { "001_a": "CREATE TABLE a (id int);" });
    await run.run({}, context);
    const lost = farSide(nowhere, {});
    await lost.ask({ kind: "status" }, context);
    const [ran, unreachable] = [emitted(run.logs), emitted(lost.logs)];
    expect(alarmed).toHaveLength(3);
    expect(ran).toMatchObject({
      namespace: "migrate-remote",
      dimensions: [{ stage: "prod", engine: "sql" }],
    });
    expect(ran.metrics).toEqual(expect.arrayContaining(alarmed));
    expect(unreachable).toMatchObject({ dimensions: [{ stage: "prod", engine: "sql" }] });
    expect(unreachable.metrics).toContain("DatabaseConnectionErrors");
  });

  test.skipIf(!hasPython())("Alembic's", { timeout: patience }, async () => {
    const stage = { MIGRATE_REMOTE_STAGE: "prod" };
    const run = python.farSide(database.url, { "001_a": "CREATE TABLE a (id int);" }, {}, stage);
    await run.run();
    const lost = python.farSide(nowhere, { "001_a": "CREATE TABLE a (id int);" }, {}, stage);
    await lost.status();
    for (const { logs } of [run, lost])
      expect(emitted(logs)).toMatchObject({
        namespace: "migrate-remote",
        dimensions: [{ stage: "prod", engine: "alembic" }],
      });
    expect(emitted(run.logs).metrics).toEqual(expect.arrayContaining(alarmed));
    expect(emitted(lost.logs).metrics).toContain("DatabaseConnectionErrors");
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { LocalConfig } from "../../../src/config/schema.js";
import { fromEnvironment } from "../../../src/handler/environment/database.js";
import type { LogEvent } from "../../../src/remote/far-side.js";
import { isOwnHost } from "../../../src/remote/inspect/aws-alone.js";
import { connectionCheck, connectionVariables } from "../../../src/workflow/doctor/connection.js";
import { expiryCheck } from "../../../src/workflow/doctor/credentials.js";
import { databaseChecks } from "../../../src/workflow/doctor/database.js";
import { type LocalFacts, localChecks } from "../../../src/workflow/doctor/local.js";
import { clockCheck, nodeCheck } from "../../../src/workflow/doctor/machine.js";
import { doctorResult } from "../../../src/workflow/doctor/result.js";
import { usageOf } from "../../../src/workflow/doctor/usage.js";
import {
  type Check,
  type CheckCode,
  checkGroups,
  checkLevels,
  groupOfCheck,
} from "../../../src/workflow/results/doctor.js";
import { reportLine } from "../../support/healthy-aws.js";

const seen = ({ level, message }: Check) => `${level}: ${message}`;

test.each([
  ["20.18.3", "2026-05-01", "failed: Node 20.18.3; migrate-remote needs 20.19 or newer."],
  ["18.20.8", "2025-05-01", "failed: Node 18.20.8; migrate-remote needs 20.19 or newer."],
  ["20.19.0", "2026-09-30", "ok: Node 20.19.0; the AWS SDK supports it until 2027-01."],
  ["20.20.2", "2026-11-21", "warning: Node 20.20.2: the AWS SDK's support for it ends in 2027-01."],
  ["20.20.2", "2027-01-01", "warning: Node 20.20.2: the AWS SDK's support for it ended in 2027-01."],
  ["22.1.0", "2026-11-21", "ok: Node 22.1.0; the AWS SDK supports it until 2028-01."],
  ["24.11.1", "2028-12-01", "warning: Node 24.11.1: the AWS SDK's support for it ends in 2029-01."],
  ["25.2.0", "2026-11-21", "ok: Node 25.2.0."],
])("Node %s on %s", (node, day, expected) => {
  expect(seen(nodeCheck({ node, now: new Date(day) }))).toBe(expected);
});

test.each([
  ["in AWS", {}, /^Does the database's security group let the function's in/],
  ["on this machine", { local: { handler: "a.b" } as LocalConfig }, /^See how far it came/],
])("a function %s that does not answer is a warning, with where to look first", (_, local, fix) => {
  const [late] = databaseChecks({ stage: "dev", ...local }, { kind: "late", seconds: 20 });
  expect(late).toMatchObject({ code: "database_reachable", level: "warning" });
  expect(late?.fix).toMatch(fix);
  expect(late?.fix).toContain("migrate-remote logs --stage dev");
});

test.each([
  [undefined, "unknown: AWS did not tell its time, so this clock was not compared."],
  [0, "ok: The clock agrees with AWS's, within 1 s."],
  [-59_999, "ok: The clock agrees with AWS's, within 60 s."],
  [60_001, "warning: The clock is 60 s behind AWS's."],
  [-300_000, "warning: The clock is 300 s ahead of AWS's."],
  [
    300_001,
    "failed: The clock is 300 s behind AWS's. AWS refuses signatures that are more than five minutes off.",
  ],
])("a clock that AWS's is %s ms ahead of", (ahead, expected) => {
  expect(seen(clockCheck(ahead))).toBe(expected);
});

test.each([
  [undefined, "ok: They do not expire by themselves, as far as the SDK knows."],
  ["2026-11-20T20:00:00.000Z", "ok: They are good until 2026-11-20 20:00Z."],
  [
    "2026-11-20T10:10:00.000Z",
    "warning: They expire at 2026-11-20 10:10Z, in 10 min: less than a run with a snapshot may take.",
  ],
  [
    "2026-11-20T09:00:00.000Z",
    "warning: They expire at 2026-11-20 09:00Z, in 0 min: less than a run with a snapshot may take.",
  ],
])("credentials until %s", (expiresAt, expected) => {
  const facts = { known: true, value: expiresAt === undefined ? {} : { expiresAt } } as const;
  expect(expiryCheck(facts, new Date("2026-11-20T10:00:00Z")).map(seen)).toEqual([expected]);
});

const unsent = { kind: "unsent", why: "Nothing was sent." } as const;

test.each([
  [["DbConnStr"], true, "ok", "DbConnStr"],
  [["LOG_LEVEL", "SST_RESOURCE_DbConnStr"], true, "ok", "SST_RESOURCE_DbConnStr"],
  [["DATABASE_SECRET_ARN"], true, "ok", "DATABASE_SECRET_ARN"],
  [["DB_SECRET_ARN"], false, "ok", "DB_SECRET_ARN"],
  [["PGHOST"], false, "ok", "PGHOST"],
  // Ours does not read that one.
  [["DB_SECRET_ARN"], true, "warning", "does not say"],
  [["LOG_LEVEL"], true, "warning", "does not say"],
  [["LOG_LEVEL"], false, "unknown", "does not say"],
  [undefined, true, "unknown", "decipher"],
] as const)("an environment of %j (ours: %s) is %s", (names, isOurs, level, says) => {
  const check = connectionCheck(names && [...names], unsent, isOurs);
  expect(check).toMatchObject({ level, message: expect.stringContaining(says) });
});

// The two lists stand in rooms that do not know each other.
test.each(connectionVariables.filter((name) => name !== "SST_KEY_FILE"))(
  "our handler reads %s",
  async (name) => {
    const environment = { [name]: "{not what it would be", SST_KEY: "k" };
    const error: unknown = await fromEnvironment(environment)().catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain("does not say which database");
  },
);

const event = (message: string): LogEvent => ({
  id: "1",
  stream: "s",
  timestamp: 0,
  ingestionTime: 0,
  message,
});

test("usage is the longest and the largest of Lambda's own lines, whatever else there is", () => {
  expect(usageOf([])).toEqual({ invocations: 0 });
  expect(
    usageOf([event(reportLine(12_000, 140)), event("REPORT is ready"), event(reportLine(9_000, 300))]),
  ).toEqual({
    invocations: 2,
    longestMs: 12_000,
    mostMemoryMb: 300,
  });
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (messages) => {
      const usage = usageOf([...messages.map(event), event(reportLine(5, 7))]);
      expect(usage.invocations).toBeGreaterThanOrEqual(1);
      expect(usage.longestMs).toBeGreaterThanOrEqual(5);
    }),
  );
});

test("AWS's own hosts are those of its partitions, and no others that look like them", () => {
  const own = [
    "lambda.us-west-2.amazonaws.com",
    "lambda.cn-north-1.amazonaws.com.cn",
    "lambda.eu-west-1.api.aws",
    "vpce-1.lambda.eu-west-1.vpce.amazonaws.com",
    "Lambda.US-WEST-2.amazonaws.com",
  ];
  const others = [
    "localhost",
    "127.0.0.1",
    "amazonaws.com.example.org",
    "lambda.notamazonaws.com",
    "localhost.localstack.cloud",
  ];
  expect(own.filter((host) => !isOwnHost(host))).toEqual([]);
  expect(others.filter(isOwnHost)).toEqual([]);
});

const facts: LocalFacts = {
  handler: { file: "/p/handler.py", language: "python" },
  python: { version: "3.13.1", alembic: "1.17.0" },
  postgres: { kind: "embedded", version: "18.4.0" },
  dataVersion: "18",
  dataDirectory: "/p/.migrate-remote",
  keeper: { kind: "none" },
  freeBytes: 50 * 1024 ** 3,
};
const trouble = { message: "It is not there.", hint: "Put it there." };

test.each<[string, Partial<LocalFacts>, string, Check["level"]]>([
  ["no Python", { python: { trouble } }, "python", "failed"],
  ["a Python without Alembic", { python: { version: "3.13.1" } }, "alembic", "warning"],
  ["no PostgreSQL", { postgres: { kind: "missing", trouble } }, "postgres_binaries", "failed"],
  ["older data", { dataVersion: "17" }, "data_version", "failed"],
  ["a keeper in another container", { keeper: { kind: "elsewhere", host: "other" } }, "keeper", "failed"],
  ["a disk that is full", { freeBytes: 1024 }, "disk_room", "failed"],
  ["a disk that is nearly full", { freeBytes: 1024 ** 3 }, "disk_room", "warning"],
])("a local stage with %s", (_, broken, code, level) => {
  expect(localChecks(facts).map((check) => check.level)).toEqual(Array(7).fill("ok"));
  const wrong = localChecks({ ...facts, ...broken }).filter((check) => check.level !== "ok");
  expect(wrong).toMatchObject([{ code, level, fix: expect.any(String) }]);
});

test.each([
  [70_569 * 1024 ** 2, "74.0 GB are free"],
  [200_000_000, "200 MB are free"],
])("room on a disk in a unit that can be read: %s bytes", (freeBytes, says) => {
  const room = localChecks({ ...facts, freeBytes }).find(({ code }) => code === "disk_room");
  expect(room?.message).toContain(says);
});

const codes = Object.keys(groupOfCheck) as CheckCode[];
const anyCheck: fc.Arbitrary<Check> = fc.record({
  group: fc.constantFrom(...checkGroups),
  code: fc.constantFrom(...codes),
  level: fc.constantFrom(...checkLevels),
  message: fc.string(),
});

test("a result has every check once, by group, what was left out last, and counts them", () => {
  fc.assert(
    fc.property(fc.array(anyCheck), (checks) => {
      const { checks: ordered, counts } = doctorResult(checks);
      expect(new Set(ordered)).toEqual(new Set(checks));
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(checks.length);
      const places = ordered.map(({ group, level }) =>
        level === "skipped" ? 99 : checkGroups.indexOf(group),
      );
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }),
  );
});

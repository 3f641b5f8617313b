import { describe, expect, test } from "vitest";
import { codecFor, decodeAnswer } from "../../src/contract/codec.js";
import type { Contract } from "../../src/contract/contract.js";
import type { Operation, OperationKind } from "../../src/contract/operations.js";
import { runOperation } from "./answers/answer.js";

const run = runOperation.run;
const query = { functionName: "ops-pipeline-db-query", table: "schema_migrations" };
const emptyEvent: Contract = { preset: "empty-event", payload: "{}" };
const appliedList: Contract = { preset: "applied-list", query };

const every: Record<OperationKind, Operation> = {
  status: { kind: "status" },
  "dry-run": { kind: "dry-run", fixHistory: false },
  run: runOperation,
  "fix-history": { kind: "fix-history", run },
  "fix-history-dry-run": { kind: "fix-history-dry-run" },
  "run-result": { kind: "run-result", runId: run.runId },
  "fence-run": { kind: "fence-run", runId: run.runId },
  "list-runs": { kind: "list-runs", limit: 20 },
};

describe.each<[string, Contract, OperationKind[]]>([
  ["admin-operation", { preset: "admin-operation" }, ["status", "dry-run", "run"]],
  ["empty-event", emptyEvent, ["run"]],
  ["applied-list", { preset: "applied-list" }, ["run"]],
  ["applied-list with a query function", appliedList, ["status", "run"]],
])("contract %s", (_, contract, possible) => {
  const codec = codecFor(contract);
  test.each(Object.entries(every))(
    "%s is encoded, or unsupported with the way to get it and never sent",
    (kind, operation) => {
      const way = codec.unsupported[kind as OperationKind];
      expect(way === undefined).toBe(possible.includes(kind as OperationKind));
      if (way === undefined) expect(() => codec.encode(operation)).not.toThrow();
      else {
        expect(way).toMatch(/contract migrate-remote|--fix-history|queryFunction/);
        expect(() => codec.encode(operation)).toThrow();
      }
    },
  );
});

function decode(
  contract: Contract,
  payload: unknown,
  operation: Operation = runOperation,
  functionError?: string,
) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return decodeAnswer(codecFor(contract), operation, {
    payload: text,
    ...(functionError === undefined ? {} : { functionError }),
  });
}

describe("contract empty-event", () => {
  test("`{}`, or nothing at all", () => {
    expect(codecFor(emptyEvent).encode(runOperation)).toEqual({ payload: {} });
    expect(codecFor({ preset: "empty-event", payload: "none" }).encode(runOperation)).toEqual({});
  });

  test.each([
    [""],
    ["null"],
    ['"OK"'],
    [{ statusCode: 200, body: "Migrated!" }],
    [{ success: true, message: "5 applied, 0 errors" }],
    [{ status: "COMPLETED_WITHOUT_ERRORS", errorCount: 0, hasErrors: false, code: 0 }],
    [{ result: "NO_PENDING_MIGRATIONS", applied: ["create_failed_jobs_table"] }],
    [{ code: 200, status: "up_to_date" }],
  ])("%j is success, and what was applied is unknown", (payload) => {
    expect(decode(emptyEvent, payload)).toMatchObject({
      report: { success: true, appliedUnknown: true, migrations: [] },
    });
  });

  test.each<[unknown, string]>([
    [
      { statusCode: 500, body: JSON.stringify({ success: false, error: "relation users exists" }) },
      "relation users exists",
    ],
    [{ statusCode: 200, body: "Migration failed: P3009" }, "Migration failed: P3009"],
    [{ success: false, message: "no" }, "success: false"],
    [{ exitCode: 1 }, "exitCode: 1"],
    [{ result: [{ name: "a", status: "failed" }] }, "status: failed"],
    [{ status: "COMPLETE_WITH_ERRORS" }, "status: COMPLETE_WITH_ERRORS"],
    [{ status: "succeeded_with_errors" }, "status: succeeded_with_errors"],
    [{ status: "ROLLBACK" }, "status: ROLLBACK"],
    [{ result: "NOT_APPLIED" }, "result: NOT_APPLIED"],
    [{ phase: "UPDATE_FAILED" }, "UPDATE_FAILED"],
    [{ isError: true }, "isError: true"],
    [{ hasErrors: true }, "hasErrors: true"],
    [{ error_count: 2 }, "2"],
    [{ timedOut: true }, "timedOut: true"],
    ['"exit status 1"', "exit status 1"],
  ])("%j is failure: %s", (payload, message) => {
    const outcome = decode(emptyEvent, payload);
    expect(outcome).toMatchObject({
      report: { success: false, error: { code: "migration_failed", message } },
    });
  });

  test.each([
    ['"it did not work, access denied"'],
    ["12"],
    ["<html>"],
    [{ status: "running" }],
    [{ statusCode: 302, body: "" }],
    [{ statusCode: 202 }],
    [{ statusCode: 200, body: { statusCode: 202, body: "OK" } }],
    [{ code: 1 }],
    [{ migrated: false }],
    [{ completed: false }],
    [{ done: false }],
    [{ status: "add_failed_jobs" }],
  ])("%j may be either, so it is neither", (payload) => {
    expect(decode(emptyEvent, payload)).toMatchObject({ kind: "unexpected" });
  });

  test("a function error is failure whatever stands in it", () => {
    expect(decode(emptyEvent, { success: true }, runOperation, "Unhandled").kind).toBe("function-error");
  });
});

describe("contract applied-list", () => {
  const status = every.status;

  test("document 003's answer", () => {
    const answer = {
      success: true,
      migrations_applied: ["008_add_options_support"],
      migrations_skipped: ["001_init", "002_x"],
    };
    expect(decode(appliedList, answer)).toMatchObject({
      report: {
        success: true,
        state: "up_to_date",
        engine: "sql",
        migrations: [
          { revision: "001_init", status: "skipped" },
          { revision: "002_x", status: "skipped" },
          { revision: "008_add_options_support", status: "applied" },
        ],
      },
    });
  });

  test("status is asked of the query function, with a constant SELECT", () => {
    expect(codecFor(appliedList).encode(status)).toEqual({
      functionName: "ops-pipeline-db-query",
      payload: { sql: "SELECT version, applied_at FROM schema_migrations ORDER BY applied_at, version" },
    });
    const table = "x; DROP TABLE users";
    expect(() => codecFor({ preset: "applied-list", query: { ...query, table } }).encode(status)).toThrow();
  });

  test.each([
    [
      {
        statusCode: 200,
        body: JSON.stringify({
          rows: [
            ["001_init", "2026-01-26 10:00:00"],
            ["002_x", null],
          ],
        }),
      },
    ],
    [
      {
        body: {
          rows: [
            { version: "001_init", applied_at: "2026-01-26 10:00:00" },
            { version: "002_x", applied_at: null },
          ],
        },
      },
    ],
  ])("rows as lists or as objects, the body as text or not: %j", (payload) => {
    expect(decode(appliedList, payload, status)).toMatchObject({
      report: {
        success: true,
        currentRevisions: ["002_x"],
        migrations: [
          { revision: "001_init", status: "applied", appliedAt: "2026-01-26 10:00:00" },
          { revision: "002_x", status: "applied" },
        ],
        problems: [{ code: "pending_unknown" }],
      },
    });
  });

  const missing = 'relation "schema_migrations" does not exist\nLINE 1: SELECT version';
  test.each<[string, unknown, string?]>([
    ["an error in a 500", { statusCode: 500, body: JSON.stringify({ error: missing }) }],
    ["an error", { error: missing.replace('"s', '"public.s') }],
    ["a function error", { errorType: "UndefinedTable", errorMessage: missing }, "Unhandled"],
  ])("no history table yet, told as %s, is an empty history", (_, payload, functionError) => {
    expect(decode(appliedList, payload, status, functionError)).toMatchObject({
      report: {
        success: true,
        migrations: [],
        problems: [{ code: "no_history_table" }, { code: "pending_unknown" }],
      },
    });
  });

  test.each([
    [{ error: 'relation "users" does not exist' }],
    [{ error: 'column "version" of relation "schema_migrations" does not exist' }],
  ])("another thing that is missing is a failure: %j", (payload) => {
    expect(decode(appliedList, payload, status)).toMatchObject({ report: { success: false } });
  });

  test("a run that fails for want of the history table is a failure", () => {
    expect(decode(appliedList, { success: false, error: missing })).toMatchObject({
      report: { success: false },
    });
  });
});

describe("contract admin-operation", () => {
  const admin: Contract = { preset: "admin-operation" };
  const read = (answer: unknown, operation = every.status) => decode(admin, answer, operation);

  test.each<[unknown, string[], string[]]>([
    [{ state: "pending_migrations", current_revision: "abc123 → def456" }, ["abc123"], []],
    [
      { state: "up_to_date", current_revisions: ["a (head)", "b (head)"], heads: ["a", "b"] },
      ["a", "b"],
      ["a", "b"],
    ],
    [
      { state: "up_to_date", current_revision: "a, b", head_revision: "c (effective head)" },
      ["a", "b"],
      ["c"],
    ],
    [{ state: "empty", current_revision: null, head_revision: { revision: "c" } }, [], ["c"]],
    [{ status: "up_to_date", result: { current_revision: "None", head: ["c"] } }, [], ["c"]],
    [{ state: "up_to_date", current_revision: "it is at the newest one" }, [], []],
  ])("%j: current %j, head %j", (answer, currentRevisions, headRevisions) => {
    expect(read(answer)).toMatchObject({ report: { success: true, currentRevisions, headRevisions } });
  });

  test("the document's own log lines as messages", () => {
    const done = "Database migrations completed successfully. Revision: abc123 → def456";
    expect(read({ message: done }, runOperation)).toMatchObject({
      report: { success: true, currentRevisions: ["def456"], appliedUnknown: true },
    });
    expect(read({ message: "Database is up to date" })).toMatchObject({ report: { state: "up_to_date" } });
    expect(read({ message: "Migration state: pending_migrations", pending_migrations: 2 })).toMatchObject({
      report: { state: "pending_migrations", problems: [{ code: "plan_unknown" }] },
    });
  });

  test("a state is an answer to what reads; to a run only the one that leaves nothing", () => {
    expect(read({ state: "inconsistent" })).toMatchObject({
      report: { success: true, state: "inconsistent" },
    });
    for (const state of ["empty", "pending_migrations", "inconsistent"]) {
      expect(read({ state }, runOperation).kind).toBe("unexpected");
    }
    expect(read({ success: true, state: "inconsistent" }, runOperation).kind).toBe("unexpected");
    expect(read({ state: "up_to_date" }, runOperation)).toMatchObject({ report: { success: true } });
  });

  test("a failure inside outweighs success outside, and says what was applied before it", () => {
    const answer = {
      success: true,
      result: { success: false, error: "no\n", migrations_applied: [{ revision: "a" }] },
    };
    expect(read(answer, runOperation)).toMatchObject({
      report: {
        success: false,
        error: { message: "no" },
        migrations: [{ revision: "a", status: "applied" }],
      },
    });
  });
});

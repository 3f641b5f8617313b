import { toWire } from "../../../src/contract/wire.js";
import { runOperation, type Speaker } from "./answer.js";
import { failureMessage, successMessage } from "./messages.js";
import type { Random } from "./random.js";

/** Success of another contract than the one that is asked. */
export function foreign(random: Random): unknown {
  return random.pick([
    { success: true },
    { success: true, migrations_applied: ["a"], migrations_skipped: [] },
    { success: true, state: "up_to_date" },
    { ok: true, done: ["a"] },
    { exitCode: 0, output: "Nothing to migrate." },
    [0, "Nothing to migrate."],
    { results: [{ migrationName: "a", direction: "Up", status: "Success" }] },
    { rows: [["a", "2026-01-01"]] },
  ]);
}

/** JSON that says nothing. */
export function meaningless(random: Random): unknown {
  return random.pick<unknown>([
    {},
    [],
    [[]],
    null,
    12,
    -1,
    1e308,
    true,
    "success",
    "OK",
    "true",
    random.noise(20),
    { message: "hello" },
    { success: "true" },
    { success: null },
    { success: { success: true } },
    { Success: true },
    { constructor: { prototype: { success: true } } },
    JSON.parse('{"__proto__": {"success": true, "state": "up_to_date"}}'),
    { toString: 1, hasOwnProperty: null, length: 0 },
    { x: "y".repeat(random.chance(0.01) ? 100_000 : 10) },
  ]);
}

const identity = {
  problems: [],
  engine: "alembic",
  database: { host: "db", port: 5432, name: "app" },
  handler: { version: "0.1.0", operations: ["migration_status", "run_result"] },
};

export const migrateRemote: Speaker = {
  name: "migrate-remote",
  operations: [{ kind: "status" }, { kind: "dry-run", fixHistory: false }, runOperation],
  success(random, { kind }) {
    const names = random.revisions(4);
    const entries = names.map((revision) => ({
      revision,
      status: kind === "run" ? ("applied" as const) : ("pending" as const),
      durationMs: random.int(1000),
    }));
    const current = random.revisions(2);
    const report = {
      ...identity,
      operation: kind,
      success: true,
      state: kind === "run" || names.length === 0 ? "up_to_date" : "pending_migrations",
      currentRevisions: current,
      headRevisions: random.revisions(2),
      migrations: entries,
    };
    return { value: toWire(report), revisions: { [kind === "run" ? "applied" : "pending"]: names, current } };
  },
  failure: (random, { kind }) =>
    toWire({
      ...identity,
      operation: kind,
      success: false,
      currentRevisions: [],
      headRevisions: [],
      migrations: [],
      error: { code: "migration_failed", message: failureMessage(random) },
    }),
  partial: (random, { kind }) =>
    toWire({
      ...identity,
      operation: kind,
      success: random.chance(0.7) ? false : kind === "run",
      currentRevisions: ["a"],
      headRevisions: ["b"],
      migrations: [
        { revision: "a", status: "applied" },
        { revision: "b", status: "failed" },
      ],
      error: { code: "migration_failed", message: failureMessage(random) },
    }),
  nonsense(random, operation) {
    const report = migrateRemote.success(random, operation).value as Record<string, unknown>;
    const key = random.pick([
      "operation",
      "success",
      "current_revisions",
      "head_revisions",
      "migrations",
      "problems",
    ]);
    switch (random.int(4)) {
      case 0:
        return foreign(random);
      case 1:
        return { ...report, [key]: random.pick([undefined, null, "true", 5, [[]], [{}], { a: 1 }]) };
      case 2:
        return {
          ...report,
          operation: random.pick(["list-runs", "fence-run", "run-result", "fix-history", "x"]),
        };
      default:
        return meaningless(random);
    }
  },
};

const done = (random: Random) =>
  random.pick([{ success: true }, { status: "success" }, { success: true, status: "ok" }]);
const levelled = (random: Random, fields: object, rest: object) =>
  random.pick<object>([
    { ...fields, ...rest },
    { ...fields, result: rest },
    { ...fields, data: rest },
  ]);

export const adminOperation: Speaker = {
  name: "admin-operation",
  operations: [
    { kind: "status" },
    { kind: "dry-run", fixHistory: true, targetRevision: "abc" },
    runOperation,
  ],
  success(random, { kind }) {
    const names = random.revisions(4);
    const listed = random.chance(0.5) ? names : names.map((revision) => ({ revision, description: "x" }));
    const current = random.pick(["abc123", "abc123 (head)", "abc123 → abc123"]);
    const revisions = {
      [random.pick(["current_revision", "current_revisions"])]: random.chance(0.5) ? current : ["abc123"],
    };
    if (kind === "run") {
      const applied = { [random.pick(["migrations_applied", "applied_migrations"])]: listed };
      const message = random.chance(0.5) ? { message: successMessage(random) } : {};
      const value = {
        ...levelled(random, done(random), { ...applied, ...revisions }),
        ...message,
        error: null,
        errors: [],
      };
      return { value, revisions: { applied: names, current: ["abc123"] } };
    }
    const state = names.length === 0 ? "up_to_date" : "pending_migrations";
    const said = random.pick([
      { state },
      { migration_state: state },
      { status: state },
      { success: true, state },
    ]);
    const value = levelled(random, said, { pending_migrations: listed, ...revisions });
    return { value, revisions: { pending: names, current: ["abc123"] } };
  },
  failure: (random) => {
    const message = failureMessage(random);
    const inner = random.pick([
      { success: false, message },
      { status: "error", message },
      { status: "failed", error: { type: "X", message } },
      { success: true, error: message },
      { success: true, state: "up_to_date", errors: [message] },
      { error: message },
      { success: false },
      { errorMessage: message, errorType: "OperationalError" },
      { success: true, result: { success: false, error: message } },
      { state: "up_to_date", data: { status: "failed" } },
      { success: true, traceback: message },
    ]);
    return inner;
  },
  partial: (random) => ({
    ...random.pick([{ success: false }, { status: "failed" }, { success: true, failed: ["b"] }]),
    migrations_applied: random.revisions(3),
    error: failureMessage(random),
  }),
  nonsense: (random, { kind }) =>
    random.pick<() => unknown>([
      () => meaningless(random),
      () =>
        random.pick([{ exitCode: 0 }, [0, "x"], { ok: true, done: ["a"] }, { rows: [] }, { results: [] }]),
      () => ({
        state: random.pick(
          ["empty", "pending_migrations", "inconsistent", "tables_without_migration_history"].slice(
            kind === "run" ? 0 : 4,
          ),
        ),
      }),
      () => ({ state: random.pick(["great", 5, null, ["up_to_date"], { up_to_date: true }]) }),
      () => ({ success: random.pick(["yes please", 2, [], {}, null]), state: "up_to_date" }),
      () => ({
        status: random.pick(["running", "queued", "partial", "locked"]),
        state: kind === "run" ? "up_to_date" : undefined,
      }),
    ])(),
};

export const appliedList: Speaker = {
  name: "applied-list",
  operations: [runOperation],
  success(random) {
    const [applied, skipped] = apart(random);
    return {
      value: {
        success: true,
        migrations_applied: applied,
        migrations_skipped: skipped,
        ...(random.chance(0.3) ? { error: null } : {}),
      },
      revisions: { applied, skipped },
    };
  },
  failure: (random) => ({
    ...random.pick([
      { success: false, migrations_applied: [] },
      { success: true, migrations_applied: ["a"] },
      {},
    ]),
    ...random.pick([
      { error: failureMessage(random) },
      { errorMessage: failureMessage(random) },
      { errors: [1] },
    ]),
  }),
  partial: (random) => ({
    success: random.chance(0.5),
    migrations_applied: random.revisions(3),
    migrations_skipped: random.revisions(3),
    migrations_failed: ["005_broken"],
    error: failureMessage(random),
  }),
  nonsense: (random) =>
    random.pick<() => unknown>([
      () => meaningless(random),
      () => ({ success: true }),
      () => ({
        success: true,
        migrations_applied: random.pick([null, 3, "001", {}, [1], [null], [{}], [""], [["a"]]]),
      }),
      () => ({ success: true, migrations_applied: ["a"], migrations_skipped: ["a"] }),
      () => ({ success: true, migrations_applied: ["a", "a"], migrations_skipped: [] }),
      () => ({
        success: random.pick(["true", 1, null, "yes", {}]),
        migrations_applied: ["a"],
        migrations_skipped: [],
      }),
      () => ({ migrations_applied: ["a"], migrations_skipped: [] }),
      () => ({ success: true, migrations_applied: ["a"], status: random.pick(["running", "partial"]) }),
      () => ({ rows: [["a", null]] }),
    ])(),
};

function apart(random: Random): [string[], string[]] {
  const all = random.revisions(6);
  const cut = random.int(all.length + 1);
  return [all.slice(0, cut), all.slice(cut)];
}

/** Document 003's second Lambda: its answers say what is applied, never that a run succeeded. */
export const queryLambda: Speaker = {
  name: "applied-list, its query function",
  operations: [{ kind: "status" }],
  success(random) {
    const applied = random.revisions(5);
    const at = random.chance(0.5) ? "2026-01-26 10:00:00" : null;
    const rows = applied.map((version) => (random.chance(0.5) ? [version, at] : { version, applied_at: at }));
    const count = random.chance(0.3) ? { row_count: rows.length } : {};
    return { value: { rows, ...count }, revisions: { applied, current: applied.slice(-1) } };
  },
  failure: (random) =>
    random.pick([
      { error: failureMessage(random) },
      { success: false, rows: [] },
      { rows: [], error: failureMessage(random) },
    ]),
  nonsense: (random) =>
    random.pick<() => unknown>([
      () => meaningless(random),
      () => ({
        rows: random.pick([
          null,
          1,
          "a",
          {},
          ["a"],
          [[]],
          [["a"]],
          [{}],
          [[null, null]],
          [{ version: "" }],
          [[1.5, null]],
        ]),
      }),
      () => ({ rows: [["a", null]], row_count: 2 }),
      () => ({ success: true, migrations_applied: ["a"] }),
    ])(),
};

const empty = [
  null,
  {},
  true,
  0,
  [],
  { success: true },
  { ok: true, errors: [], failed: 0 },
  { exitCode: 0 },
  { status: "ok" },
];

export const emptyEvent: Speaker = {
  name: "empty-event",
  operations: [runOperation],
  success: (random) => ({
    value: random.pick<() => unknown>([
      () => random.pick(empty),
      () => successMessage(random),
      () => ({ message: successMessage(random), durationMs: random.int(5000) }),
      () => ({ success: true, output: successMessage(random), error: null }),
      () => ({
        migrations: random.revisions(5),
        status: random.pick(["success", "completed", "up_to_date"]),
      }),
      () => random.revisions(5),
    ])(),
  }),
  failure: (random) => {
    const message = failureMessage(random);
    return random.pick<unknown>([
      message,
      false,
      [message],
      { message },
      { error: message },
      { errors: [{ message }] },
      { success: false },
      { success: "false", message: "done" },
      { success: true, error: { message } },
      { ok: false },
      { exitCode: 1 + random.int(254), output: "done" },
      { returncode: -9 },
      { status: random.pick(["failed", "FAILURE", "error", "aborted"]) },
      { result: { migrations: [{ name: "a", status: "error" }] } },
      { statusCode: 500 },
      { output: JSON.stringify({ success: false }) },
      { result: `{'success': False, 'error': '${message.slice(0, 20)}'}` },
    ]);
  },
  partial: (random) => ({
    applied: random.revisions(3),
    ...random.pick([
      { failed: ["b"] },
      { error: failureMessage(random) },
      { status: "partial" },
      { success: false },
    ]),
  }),
  nonsense: (random) =>
    random.pick<unknown>([
      1 + random.int(1000),
      -1,
      "<html><body>Welcome to nginx</body></html>",
      '{"success": tr',
      { success: "maybe" },
      { status: random.pick(["running", "queued", "pending"]) },
      { exitCode: null },
      "\u0000\u0001\u0002",
      ...(random.chance(0.02) ? [nested(random.pick([30, 1500]))] : []),
      ...(random.chance(0.02) ? [Array.from({ length: 60_000 }, () => 0)] : []),
    ]),
};

function nested(depth: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
}

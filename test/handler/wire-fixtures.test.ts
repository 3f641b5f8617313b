import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { decodeEvent, migrateRemote } from "../../src/contract/codecs/migrate-remote.js";
import { type Operation, operationKinds } from "../../src/contract/operations.js";
import { planId, repairId } from "../../src/contract/plan-id.js";
import { makeRunId, runIdPattern, runIdTime } from "../../src/contract/run-id.js";
import { fromWire, toWire } from "../../src/contract/wire.js";
import { readInline } from "../../src/handler/engines/sql/source.js";
import { recordOf } from "../../src/handler/ledger/answer.js";
import { parseRow } from "../../src/handler/ledger/rows.js";
import {
  beforeLock,
  closedState,
  isTooLate,
  type LedgerRow,
  timeForAnother,
  underLock,
  withoutLock,
} from "../../src/handler/protocol.js";
import { assess } from "../../src/handler/state.js";
import { said } from "../support/said.js";

// The Python handler's tests read the same files: what stands there, both far sides do.
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/wire/${name}.json`, import.meta.url), "utf8"));

describe("events", () => {
  const { cases, made_run_id: made } = fixture("events");
  it.each<[string, Record<string, unknown>]>(named(cases))("%s", (_, { event, decoded, error, foreign }) => {
    const read = decodeEvent(event, () => made);
    if (foreign === true) expect(read).toBeNull();
    else if (error === undefined) expect(read).toMatchObject({ ok: true });
    else expect(read).toMatchObject({ ok: false, code: error, message: expect.stringMatching(/./) });
    if (read?.ok === true) expect(asJson(toWire(read.operation))).toEqual(decoded);
  });
});

describe("plan ids", () => {
  it.each(named(fixture("plan-ids").cases))("%s", (_, { id, text, ...plan }) => {
    expect(planId(plan)).toBe(id);
    expect(JSON.parse(text)[1]).toEqual([...plan.from].sort());
  });
});

describe("repair ids", () => {
  it.each(named(fixture("repair-ids").cases))("%s", (_, { id, text, ...repair }) => {
    expect(repairId(repair)).toBe(id);
    expect(createHash("sha256").update(text).digest("hex")).toBe(id);
  });
});

describe("run ids", () => {
  const { made, valid, invalid } = fixture("run-ids");
  test.each<{ run_id: string; time: string | null }>(valid)("$run_id is one", ({ run_id: runId, time }) => {
    expect(runId).toMatch(runIdPattern);
    expect(runIdTime(runId)?.toISOString() ?? null).toBe(time);
  });
  test.each<string>(invalid)("%j is none", (text) => expect(text).not.toMatch(runIdPattern));
  test.each<Record<string, string>>(made)("$run_id is made", ({ time = "", random = "", run_id: runId }) =>
    expect(makeRunId(new Date(time), Buffer.from(random, "hex"))).toBe(runId),
  );
});

describe("reports", () => {
  const { valid, invalid } = fixture("reports");
  const kindOf = (report: Given) => operationKinds.find((kind) => kind === report?.operation) ?? "status";
  const decode = (report: unknown) =>
    migrateRemote.decode({ kind: kindOf(report) } as Operation, said(report));
  it.each(named(valid))("%s is one", (_, { report }) => {
    const decoded = decode(report);
    expect(decoded).not.toHaveProperty("unexpected");
    expect(asJson(toWire(decoded))).toMatchObject(withoutUnknown(report));
  });
  it.each(named(invalid))("%s is none", (_, { report }) =>
    expect(decode(report)).toEqual({ unexpected: expect.stringMatching(/^it is not a report/) }),
  );
});

describe("rows of the ledger", () => {
  it.each(named(fixture("ledger-rows").cases))("%s", (_, { row, live, late, record, unreadable }) => {
    const read = () => asJson(toWire(recordOf(parseRow({ row, live, late }))));
    if (unreadable === true) expect(read).toThrow(/cannot be read/);
    else expect(read()).toEqual(record);
  });
});

describe("states of a database", () => {
  it.each(named(fixture("states").cases))("%s", (_, given) => {
    const source = readInline(
      Object.fromEntries(given.source.map((name: string) => [name, `SELECT '${name}'`])),
    );
    const rows = given.applied.map((revision: string) => ({ revision }));
    const history =
      given.history === "unreadable"
        ? ({ kind: "unreadable", reason: "It is somebody else's.", hint: "" } as const)
        : ({ kind: "rows", rows } as const);
    const { state, current, head, pending, problems } = assess(source, history, given.has_tables);
    expect({
      state,
      current,
      head,
      pending: pending.map(({ revision }) => revision),
      problems: problems
        .filter(({ code }) => code === "missing" || code === "unreadable_history")
        .map(({ code, revision = null }) => [code, revision]),
    }).toEqual({
      state: given.state,
      current: given.current,
      head: given.head,
      pending: given.pending,
      problems: given.problems,
    });
  });
});

describe("decisions", () => {
  const decisions = fixture("decisions");
  const own = decisions.own_run_id as string;
  const ledgerRow = (row: Record<string, unknown> | null) =>
    row === null ? undefined : ({ runId: own, leaseUntil: 0, ...(fromWire(row) as object) } as LedgerRow);

  it.each<Given>(decisions.before_lock)("before the lock: $own, part $part", (given) =>
    expect(beforeLock(ledgerRow(given.own), { runId: own, part: given.part })).toBe(given.expected),
  );
  it.each<Given>(decisions.without_lock)("without it: $own, $holder", (given) => {
    const holder = given.holder === "own" ? own : (given.holder ?? undefined);
    expect(withoutLock(ledgerRow(given.own), holder, { runId: own, part: 1 })).toBe(given.expected);
  });
  it.each(named(decisions.under_lock))("under it: %s", (_, { rows, part, close, next, by }) =>
    expect(underLock(rows.map(ledgerRow), { runId: own, part }, 1000)).toEqual({
      close,
      next: by === undefined ? { kind: next } : { kind: next, by },
    }),
  );
  it.each<Record<string, string>>(decisions.too_late)("$run_id at $now", ({ run_id: runId, now, expected }) =>
    expect(isTooLate(runId ?? "", Date.parse(now ?? ""))).toBe(expected),
  );
  it.each<Given>(decisions.closed_state)("$planned where $stands stands", (given) =>
    expect(closedState(given.planned, new Set(given.stands), given.repair_missing)).toBe(given.expected),
  );
  it.each<Given>(decisions.time_for_another)("$remaining left after $longest", (given) =>
    expect(timeForAnother(given.remaining, given.longest, given.stop_before)).toBe(given.expected),
  );
});

// biome-ignore lint/suspicious/noExplicitAny: what a fixture's case holds is what its test reads of it.
type Given = any;

function named(cases: Given[]): [string, Given][] {
  return cases.map((one) => [one.name, one]);
}

/** As it crosses the wire: what is undefined is absent. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function withoutUnknown({ colour: _, migrations, ...report }: Given): object {
  return { ...report, migrations: migrations.map(({ author: __, ...entry }: Given) => entry) };
}

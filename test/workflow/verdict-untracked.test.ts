import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Target } from "../../src/config/target.js";
import { codecFor } from "../../src/contract/codec.js";
import type { Contract } from "../../src/contract/contract.js";
import type { MigrationEntry, Report } from "../../src/contract/report.js";
import { historyAfter } from "../../src/workflow/execute-untracked.js";
import type { Expected } from "../../src/workflow/seen-history.js";
import type { Sent } from "../../src/workflow/send.js";
import type { StageContext } from "../../src/workflow/stage-context.js";
import { judgeAnswered, judgeUnanswered } from "../../src/workflow/verdict-untracked.js";

const withQuery: Contract = {
  preset: "applied-list",
  query: { functionName: "query", table: "schema_migrations" },
};
const contextOf = (contract: Contract) =>
  ({
    target: { stage: "dev", silencedRules: [] as string[] } as unknown as Target,
    codec: codecFor(contract),
    loadSqlParser: async () => undefined,
  }) as Pick<StageContext, "target" | "codec" | "loadSqlParser">;
const status = contextOf({ preset: "admin-operation" });
const query = contextOf(withQuery);
const nothingReads = contextOf({ preset: "empty-event", payload: "{}" });

function report(
  operation: Report["operation"],
  migrations: MigrationEntry[],
  more: Partial<Report> = {},
): Report {
  const empty = { currentRevisions: [], headRevisions: [], problems: [] };
  return { operation, success: true, ...empty, migrations, ...more };
}

const entries = (status: MigrationEntry["status"], revisions: string[]) =>
  revisions.map((revision): MigrationEntry => ({ revision, status }));
const pending = (...revisions: string[]) =>
  report("status", entries("pending", revisions), {
    state: revisions.length === 0 ? "up_to_date" : "pending_migrations",
  });
const rows = (...revisions: string[]) => report("status", entries("applied", revisions));
const ran = (applied: string[] | undefined, more: Partial<Report> = {}) =>
  report("run", entries("applied", applied ?? []), {
    ...(applied === undefined ? { appliedUnknown: true } : {}),
    ...more,
  });
const failed = { success: false, error: { code: "migration_failed", message: "no such table" } };

const plan: Expected = { planned: ["a", "b"], repairs: false };
const unplanned: Expected = { repairs: false, before: rows("a") };

describe("an answer, and what the database says", () => {
  test.each([
    ["status confirms", status, ran(undefined), pending(), plan, "applied", "status", ["a", "b"]],
    ["status contradicts", status, ran(["a", "b"]), pending("b"), plan, "failed", "status", ["a"]],
    [
      "status says only that something is pending",
      status,
      ran(["a"]),
      report("status", [], { state: "pending_migrations" }),
      plan,
      "applied",
      "report",
      ["a"],
    ],
    ["status could not be read", status, ran(undefined), undefined, plan, "succeeded", "report", []],
    [
      "a failure, half of the plan stands",
      status,
      ran(undefined, failed),
      pending("b"),
      plan,
      "failed",
      "status",
      ["a"],
    ],
    [
      "a target within the plan",
      status,
      ran(undefined),
      { ...pending("b"), currentRevisions: ["a"] },
      { ...plan, targetRevision: "a" },
      "applied",
      "status",
      ["a"],
    ],
    [
      "a repair on the way",
      status,
      ran(undefined),
      pending(),
      { ...plan, repairs: true },
      "succeeded",
      "status",
      [],
    ],
    ["rows confirm", query, ran(["b"]), rows("a", "b"), unplanned, "applied", "query", ["b"]],
    ["rows contradict", query, ran(["b", "c"]), rows("a", "b"), unplanned, "unknown", "query", ["b"]],
    ["no row is new", query, ran([]), rows("a"), unplanned, "nothing_to_do", "query", []],
    [
      "a failure, one row is new",
      query,
      ran([], failed),
      rows("a", "b"),
      unplanned,
      "failed",
      "query",
      ["b"],
    ],
    [
      "rows, but none from before",
      query,
      ran(["b"]),
      rows("a", "b"),
      { repairs: false },
      "applied",
      "query",
      ["b"],
    ],
    ["nothing reads", nothingReads, ran(undefined), undefined, { repairs: false }, "succeeded", "report", []],
  ] as const)("%s", async (_, context, answer, after, expected, outcome, evidence, applied) => {
    const judged = await judgeAnswered(answer, after as Report | undefined, expected as Expected, context);
    expect(judged).toMatchObject({ outcome, evidence, applied: [...applied] });
    expect(judged.error === undefined).toBe(!["failed", "unknown"].includes(outcome));
  });

  test("what the rows do not have is told in the error, and is no line among what is applied", async () => {
    const judged = await judgeAnswered(ran(["b", "ghost"]), rows("a", "b"), unplanned, query);
    expect(judged.migrations.map(({ revision }) => revision)).toEqual(["a", "b"]);
    expect(judged.error?.message).toContain("does not have ghost");
  });

  test("what the function passed over as applied before has to stand as well", async () => {
    const answer = report("run", entries("skipped", ["a", "ghost"]));
    const judged = await judgeAnswered(answer, rows("a"), unplanned, query);
    expect(judged).toMatchObject({ outcome: "unknown", applied: [], error: { code: "not_verified" } });
    expect(judged.error?.message).toContain("does not have ghost");
    expect(
      await judgeAnswered(report("run", entries("skipped", ["a"])), rows("a"), unplanned, query),
    ).toMatchObject({
      outcome: "nothing_to_do",
      evidence: "query",
    });
  });

  test("a failure without a next step gets one", async () => {
    const judged = await judgeAnswered(ran([], failed), undefined, unplanned, nothingReads);
    expect(judged.error?.hint).toContain("migrate-remote logs --stage dev");
  });

  test("no success stands that the rows do not have", async () => {
    const some = fc.subarray(["a", "b", "c", "d", "e"]);
    await fc.assert(
      fc.asyncProperty(some, some, fc.option(some), async (claimed, there, before) => {
        const expected = { repairs: false, ...(before === null ? {} : { before: rows(...before) }) };
        const judged = await judgeAnswered(ran(claimed), rows(...there), expected, query);
        const holds = claimed.every((revision) => there.includes(revision));
        expect(["applied", "nothing_to_do"].includes(judged.outcome)).toBe(holds);
        expect(there).toEqual(expect.arrayContaining(holds ? judged.applied : []));
      }),
    );
  });
});

describe("no answer", () => {
  const lost = {
    kind: "lost",
    ended: false,
    died: false,
    error: { code: "network", message: "Reset." },
  } as const;
  const threw = { ...lost, ended: true, error: { code: "function_failed", message: "It threw." } } as const;
  test.each([
    ["all of the plan stands", status, lost, pending(), plan, "applied", ["a", "b"]],
    ["half of it does", status, lost, pending("b"), plan, "unknown", ["a"]],
    ["half of it does, and the function threw", status, threw, pending("b"), plan, "failed", ["a"]],
    [
      "all of it does, and the function threw afterwards",
      status,
      threw,
      pending(),
      plan,
      "applied",
      ["a", "b"],
    ],
    ["status does not answer either", status, lost, undefined, plan, "unknown", []],
    ["status does not answer, and the function threw", status, threw, undefined, plan, "unknown", []],
    ["a row is new, and there may be more to come", query, lost, rows("a", "b"), unplanned, "unknown", ["b"]],
    ["a row is new, and the function threw", query, threw, rows("a", "b"), unplanned, "failed", ["b"]],
    ["nothing reads", nothingReads, lost, undefined, { repairs: false }, "unknown", []],
    [
      "nothing reads, and the function threw",
      nothingReads,
      threw,
      undefined,
      { repairs: false },
      "failed",
      [],
    ],
  ] as const)("%s", async (_, context, sent, after, expected, outcome, applied) => {
    const judged = await judgeUnanswered(sent, after as Report | undefined, expected as Expected, context);
    expect(judged).toMatchObject({ outcome, applied: [...applied] });
    if (outcome === "unknown") expect(judged.error?.hint).toMatch(/^Do not run again before/);
  });

  const looking = (sent: Exclude<Sent, { kind: "not-executed" }>, answers: Report[]) => {
    let now = 0;
    let reads = 0;
    const context = {
      ...status,
      emit: () => {},
      signal: new AbortController().signal,
      // Minutes go by with each look at the clock.
      now: () => {
        now += 150_000;
        return new Date(now);
      },
    } as unknown as StageContext;
    const facts = { configuration: undefined, logGroup: "g", answerTimeoutMs: 300_000 };
    const read = async () => answers[Math.min(reads++, answers.length - 1)];
    const isReached = (seen: Report) => seen.state === "up_to_date";
    return historyAfter(context, sent, 0, facts, { read, isReached }).then((after) => ({ after, reads }));
  };

  test("is looked for again while the function may still be at work, and no longer", async () => {
    expect(await looking(lost, [pending("a", "b"), pending("b"), pending()])).toMatchObject({
      reads: 3,
      after: { state: "up_to_date" },
    });
    const { after, reads } = await looking(lost, [pending("b")]);
    expect(after).toMatchObject({ state: "pending_migrations" });
    expect(reads).toBe(3);
    expect((await looking({ ...lost, died: true }, [pending("b")])).reads).toBe(1);
    expect((await looking(threw, [pending("b")])).reads).toBe(1);
  });
});

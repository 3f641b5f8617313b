import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Databases, Snapshot } from "../../../src/remote/databases.js";
import { RemoteError } from "../../../src/remote/remote-error.js";
import type { WorkflowEvent } from "../../../src/workflow/events.js";
import { waitForSnapshot } from "../../../src/workflow/snapshots/wait.js";
import { waitSnapshot } from "../../../src/workflow/snapshots/wait-command.js";
import type { StageContext } from "../../../src/workflow/stage-context.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What RDS answers, one after the other; the last for ever. */
type Answer = string | "gone" | "throttled" | "network" | "credentials_expired";

async function waitThrough(answers: Answer[], timeoutMs = 60_000, listed = false, target: object = {}) {
  const events: WorkflowEvent[] = [];
  let asked = 0;
  let hint: string | undefined;
  const snapshot = async (): Promise<Snapshot | undefined> => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? "gone";
    asked += 1;
    if (answer === "gone") return undefined;
    if (answer === "throttled" || answer === "network" || answer === "credentials_expired")
      throw new RemoteError({ code: answer, message: "no", hint: "later" });
    return { id: "s", kind: "instance", database: "db", status: answer, percent: 0, tags: {} };
  };
  const context = {
    now: () => new Date(),
    emit: (event: WorkflowEvent) => events.push(event),
    signal: new AbortController().signal,
    databases: { snapshot } as Partial<Databases>,
    target: { stage: "prod", snapshot: { kind: "required" }, ...target },
  } as unknown as StageContext;
  const ending = waitForSnapshot(context, { kind: "instance", id: "s" }, { timeoutMs, listed }).then(
    ({ status }) => status,
    (error: { code?: string; hint?: string }) => {
      hint = error.hint;
      return error.code ?? "?";
    },
  );
  await vi.advanceTimersByTimeAsync(timeoutMs * 3);
  return { end: await ending, asked: () => asked, events, hint };
}

describe("waiting for a snapshot", () => {
  test.each<[Answer[], string]>([
    [["creating", "creating", "available"], "available"],
    [["creating", "failed"], "snapshot_failed"],
    [["creating", "gone"], "snapshot_deleted"],
    [["creating", "deleting"], "snapshot_deleted"],
    [["gone", "creating", "available"], "available"],
    [["creating"], "snapshot_timed_out"],
    [["throttled", "network", "creating", "throttled", "available"], "available"],
    [["creating", "credentials_expired"], "credentials_expired"],
  ])("%j ends as %s", async (answers, expected) => {
    expect((await waitThrough(answers)).end).toBe(expected);
  });

  test("one that failed is asked about at RDS; on this machine there is nobody to ask", async () => {
    const failed = async (target: object) => (await waitThrough(["failed"], 60_000, false, target)).hint;
    expect(await failed({ region: "eu-west-1" })).toContain("aws rds describe-events");
    const here = await failed({ local: { handler: "h.h" } });
    expect(here).toContain("End what is connected to it, then run again: migrate-remote run --stage prod");
    expect(here).not.toContain("aws rds");
  });

  test("a snapshot that was never seen is given up after a minute, though there is time", async () => {
    expect((await waitThrough(["gone"], 600_000)).end).toBe("snapshot_deleted");
  });

  test("one that RDS had listed before is gone as soon as it is not listed", async () => {
    const { end, asked } = await waitThrough(["gone"], 600_000, true);
    expect([end, asked()]).toEqual(["snapshot_deleted", 1]);
  });

  test("AWS out of reach is told once, and is no reason to end before the time is over", async () => {
    const { end, events, asked } = await waitThrough(["network"]);
    expect(end).toBe("network");
    expect(events.filter(({ type }) => type === "warning")).toHaveLength(1);
    expect(asked()).toBeGreaterThan(4);
  });

  test("whatever RDS says, in whatever order: it ends, and well only with an available snapshot", async () => {
    const answer = fc.constantFrom<Answer>(
      "creating",
      "available",
      "failed",
      "deleting",
      "gone",
      "throttled",
      "copying",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 8 }), async (answers) => {
        const { end, asked } = await waitThrough(answers);
        const last = answers[Math.min(asked(), answers.length) - 1];
        expect(end === "available").toBe(last === "available");
        // Nothing after an end is waited for.
        const endAt = answers.findIndex((one) => ["available", "failed", "deleting"].includes(one));
        if (endAt >= 0) expect(asked()).toBeLessThanOrEqual(endAt + 1);
      }),
      { numRuns: 60 },
    );
  });
});

describe("snapshot wait", () => {
  /** RDS answers with these states, one after the other; the last for ever. */
  async function waitFor(states: (string | undefined)[]) {
    const events: WorkflowEvent[] = [];
    let asked = 0;
    const snapshot = async ({ kind }: { kind: string }): Promise<Snapshot | undefined> => {
      const status = states[Math.min(asked, states.length - 1)];
      if (kind === "cluster" || status === undefined) return undefined;
      asked += 1;
      return { id: "s", kind: "instance", database: "db", status, percent: 0, tags: {} };
    };
    const context = {
      now: () => new Date(),
      emit: (event: WorkflowEvent) => events.push(event),
      signal: new AbortController().signal,
      databases: { snapshot },
      target: { stage: "prod", contract: { preset: "migrate-remote" }, snapshot: { kind: "required" } },
    } as unknown as StageContext;
    const ending = waitSnapshot(context, "s", { timeoutMs: 60_000 }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(60_000);
    return { end: await ending, events };
  }

  test("one that is deleted meanwhile: another one is taken by another command", async () => {
    const { end } = await waitFor(["creating", "deleting"]);
    expect(end).toMatchObject({
      code: "snapshot_deleted",
      hint: "Take another one: migrate-remote snapshot --stage prod",
    });
  });

  test("one that is ready is not waited for", async () => {
    const { end, events } = await waitFor(["available"]);
    expect(end).toMatchObject({ snapshot: { status: "available" } });
    expect(events).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { exitCodeOfResult } from "../../../src/cli/exit-code.js";
import type { Database, Databases, Snapshot } from "../../../src/remote/databases.js";
import { RemoteError, type RemoteErrorCode } from "../../../src/remote/remote-error.js";
import type { WorkflowEvent } from "../../../src/workflow/events.js";
import { listSnapshots } from "../../../src/workflow/snapshots/list.js";
import { type PruneRequest, pruneSnapshots } from "../../../src/workflow/snapshots/prune.js";
import { tagsOf } from "../../../src/workflow/snapshots/tags.js";
import type { StageContext } from "../../../src/workflow/stage-context.js";

const now = new Date("2026-11-20T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

function snapshot(id: string, age: number, more: Partial<Snapshot> = {}): Snapshot {
  return {
    kind: "instance",
    id,
    database: "shop",
    status: "available",
    percent: 100,
    createdAt: daysAgo(age),
    tags: tagsOf({ stage: "prod", keepUntil: daysAgo(age - 30), runId: `run-${id}` }),
    ...more,
  };
}

interface World {
  snapshots: Snapshot[];
  /** What deleting ends with, where not well. */
  failures?: Record<string, RemoteErrorCode>;
  account?: string;
  databaseIsGone?: boolean;
}

const shop: Database = {
  kind: "instance",
  identifier: "shop",
  status: "available",
  endpoints: [],
  members: [],
  backupRetentionDays: 0,
};

function stage({ snapshots, failures = {}, account = "123456789012", databaseIsGone = false }: World) {
  const deleted: string[] = [];
  const events: WorkflowEvent[] = [];
  const fail = (code: RemoteErrorCode) => new RemoteError({ code, message: `No: ${code}.`, hint: "Later." });
  const databases: Partial<Databases> = {
    describe: async () => {
      if (databaseIsGone) throw fail("database_not_found");
      return shop;
    },
    snapshots: async () => snapshots,
    deleteSnapshot: async ({ id }) => {
      deleted.push(id);
      const failure = failures[id];
      if (failure !== undefined) throw fail(failure);
    },
  };
  const context = {
    now: () => now,
    emit: (event: WorkflowEvent) => events.push(event),
    signal: new AbortController().signal,
    databases,
    farSide: { account: async () => account },
    target: {
      stage: "prod",
      functionName: "migrate",
      contract: { preset: "migrate-remote" },
      protected: true,
      snapshot: { kind: "required" },
      confirmPhrase: "migrate-production",
      account: "123456789012",
      database: { kind: "instance", identifier: "shop" },
    },
  } as unknown as StageContext;
  return { context, deleted, events };
}

const all = [
  snapshot("new", 1),
  snapshot("old", 40),
  snapshot("older", 50),
  snapshot("broken", 45, { status: "failed" }),
  snapshot("by-hand", 400, { tags: {} }),
  snapshot("of-qa", 400, { tags: tagsOf({ stage: "qa", keepUntil: daysAgo(300) }) }),
];

async function prune(world: World, request: Partial<PruneRequest> = {}) {
  const { context, deleted, events } = stage(world);
  const result = await pruneSnapshots(context, { rule: {}, ...request });
  const ids = (snapshots: { id: string }[]) => snapshots.map(({ id }) => id);
  return { result, deleted, events, gone: ids(result.wouldDelete ?? result.deleted), kept: ids(result.kept) };
}

describe("prune", () => {
  test("dry by default: it says what would go, asks nobody, and deletes nothing", async () => {
    const { result, deleted, gone, kept } = await prune({ snapshots: all });
    expect(result.dryRun).toBe(true);
    expect(gone).toEqual(["old", "broken", "older"]);
    expect(kept).toEqual(["new"]);
    expect(deleted).toEqual([]);
    expect(exitCodeOfResult(result)).toBe(0);
  });

  test("--confirm deletes them, and nothing that is not this stage's own", async () => {
    const { result, deleted } = await prune({ snapshots: all }, { rule: { keep: 0 }, confirm: true });
    expect(deleted).toEqual(["new", "old", "broken", "older"]);
    expect(result).toMatchObject({ dryRun: false, rule: { keep: 0 }, kept: [], failed: [] });
  });

  test("one that cannot be deleted is told, and the others are deleted all the same", async () => {
    const world = { snapshots: all, failures: { broken: "access_denied" } as const };
    const { result, deleted, gone } = await prune(world, { confirm: "migrate-production" });
    expect(deleted).toEqual(["old", "broken", "older"]);
    expect(gone).toEqual(["old", "older"]);
    expect(result.failed).toMatchObject([
      { snapshot: { id: "broken" }, error: { code: "access_denied", hint: "Later." } },
    ]);
    expect(exitCodeOfResult(result)).toBe(1);
  });

  test("what is gone already is deleted", async () => {
    const { result, gone } = await prune(
      { snapshots: all, failures: { old: "snapshot_not_found" } },
      { confirm: true },
    );
    expect(gone).toContain("old");
    expect(exitCodeOfResult(result)).toBe(0);
  });

  test.each<[string, Partial<World>, PruneRequest["confirm"], string]>([
    ["the wrong phrase", {}, "yes", "wrong_phrase"],
    ["the wrong account", { account: "999999999999" }, true, "wrong_account"],
  ])("%s: nothing is deleted", async (_, world, confirm, code) => {
    const { context, deleted } = stage({ snapshots: all, ...world });
    await expect(pruneSnapshots(context, { rule: {}, confirm })).rejects.toMatchObject({
      code,
      category: "refused",
    });
    expect(deleted).toEqual([]);
  });

  test("whoever interrupts is told how far it got", async () => {
    const { events } = await prune({ snapshots: all }, { confirm: true });
    expect(events.filter(({ type }) => type === "deleting")).toMatchObject([
      { id: "old", index: 1, total: 3 },
      { id: "broken", index: 2, total: 3 },
      { id: "older", index: 3, total: 3 },
    ]);
  });
});

describe("list", () => {
  test("ours only, newest first, with what the tags say and how old they are", async () => {
    const creating: Snapshot = {
      kind: "instance",
      id: "coming",
      database: "shop",
      status: "creating",
      percent: 10,
      tags: tagsOf({ stage: "prod" }),
    };
    const { context } = stage({ snapshots: [...all, creating] });
    const { snapshots, database } = await listSnapshots(context);
    expect(database).toEqual({ kind: "instance", identifier: "shop" });
    expect(snapshots.map(({ id }) => id)).toEqual(["coming", "new", "old", "broken", "older"]);
    expect(snapshots[1]).toMatchObject({ runId: "run-new", ageSeconds: 86_400, keepUntil: daysAgo(-29) });
    expect(snapshots[0]).not.toHaveProperty("ageSeconds");
  });

  test("a database that is gone has snapshots still", async () => {
    const { context, events } = stage({ snapshots: all, databaseIsGone: true });
    expect((await listSnapshots(context)).snapshots).toHaveLength(4);
    expect(events).toMatchObject([{ type: "warning", code: "database_not_found" }]);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type {
  Database,
  Databases,
  RecoveryWindow,
  RestoreRequest,
  Snapshot,
} from "../../../src/remote/databases.js";
import { RemoteError, type RemoteErrorCode } from "../../../src/remote/remote-error.js";
import type { WorkflowEvent } from "../../../src/workflow/events.js";
import { type RestoreOptions, restoreDatabase } from "../../../src/workflow/snapshots/restore.js";
import { factsOf } from "../../../src/workflow/snapshots/tags.js";
import type { StageContext } from "../../../src/workflow/stage-context.js";

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-11-20T12:00:00Z") }));
afterEach(() => void vi.useRealTimers());

const original: Database = {
  kind: "instance",
  identifier: "shop",
  status: "available",
  engine: "postgres",
  endpoints: [{ host: "shop.example", port: 5432 }],
  members: [],
  backupRetentionDays: 7,
};

const snapshot: Snapshot = {
  kind: "instance",
  id: "s-1",
  database: "shop",
  status: "available",
  percent: 100,
  createdAt: "2026-11-20T11:00:00Z",
  tags: {},
};

/** What RDS would do, as far as a test says otherwise. */
interface World {
  original?: Partial<Database>;
  snapshot?: Partial<Snapshot> | "none";
  /** The new database's statuses, one each time it is looked at, the last for ever. */
  statuses?: (string | RemoteErrorCode)[];
  restoreFails?: RemoteErrorCode;
  windows?: (RecoveryWindow | undefined)[];
}

function remoteError(code: RemoteErrorCode): RemoteError {
  return new RemoteError({ code, message: `It went wrong: ${code}.`, hint: "Do something." });
}

const failing = new Set(["network", "throttled", "credentials_expired", "database_not_found"]);

async function restore(world: World, options: Partial<RestoreOptions> = {}) {
  const events: WorkflowEvent[] = [];
  const calls: string[] = [];
  const requests: RestoreRequest[] = [];
  const old = { ...original, ...world.original };
  const fresh: Database = { ...old, identifier: "new", endpoints: [{ host: "new.example", port: 5432 }] };
  const next = <T>(queue: T[]): T => (queue.length > 1 ? queue.shift() : queue[0]) as T;
  const statuses = [...(world.statuses ?? ["creating", "available"])];
  const windows = [...(world.windows ?? [])];
  const databases: Partial<Databases> = {
    describe: async ({ identifier }) => {
      if (identifier === old.identifier) return old;
      const status = next(statuses);
      if (failing.has(status)) throw remoteError(status as RemoteErrorCode);
      return { ...fresh, identifier, status };
    },
    snapshot: async ({ kind, id }) => {
      if (world.snapshot === "none") return undefined;
      const found = { ...snapshot, kind: old.kind, ...world.snapshot };
      return found.kind === kind && found.id === id ? found : undefined;
    },
    recoveryWindow: async () => next(windows),
    restore: async (request) => {
      calls.push("restore");
      requests.push(request);
      if (world.restoreFails !== undefined) throw remoteError(world.restoreFails);
      return fresh;
    },
    completeRestore: async () => {
      calls.push("completeRestore");
      fresh.members = [{ identifier: "new-1", status: "available" }];
      return fresh;
    },
  };
  const context = {
    now: () => new Date(),
    emit: (event: WorkflowEvent) => events.push(event),
    signal: new AbortController().signal,
    databases,
    target: {
      stage: "prod",
      functionName: "migrate",
      contract: { preset: "migrate-remote" },
      protected: true,
      snapshot: { kind: "required" },
      region: "us-west-2",
      database: { kind: old.kind, identifier: old.identifier },
    },
  } as unknown as StageContext;
  const ending = restoreDatabase(context, {
    from: { snapshot: "s-1" },
    timeoutMs: 3_600_000,
    ...options,
  }).then(
    (result) => ({ result, error: undefined }),
    (error: { code: string; message: string; hint: string; category: string }) => ({
      result: undefined,
      error,
    }),
  );
  await vi.advanceTimersByTimeAsync(2 * 3_600_000);
  return { ...(await ending), events, calls, requests };
}

test("a new database, which is waited for; the tags it gets do not make its snapshots ours", async () => {
  const { result, events, requests } = await restore({
    statuses: ["database_not_found", "creating", "throttled", "backing-up", "available"],
  });
  expect(result).toMatchObject({
    action: "restore",
    snapshotId: "s-1",
    moment: snapshot.createdAt,
    original: { kind: "instance", identifier: "shop" },
    database: {
      identifier: "shop-restored-20261120t120000z",
      status: "available",
      endpoints: [{ host: "new.example", port: 5432 }],
    },
  });
  expect(result?.steps.some(({ command }) => command?.includes("modify-db-instance"))).toBe(true);
  expect(requests).toMatchObject([{ from: { snapshot: "s-1" }, original: { identifier: "shop" } }]);
  expect(requests[0]?.tags).toMatchObject({ "migrate-remote:restored-from": "s-1" });
  expect(factsOf(requests[0]?.tags ?? {}, "prod")).toBeUndefined();
  expect(events).toContainEqual(
    expect.objectContaining({
      type: "restoring",
      hint: expect.stringContaining("aws rds describe-db-instances"),
    }),
  );
});

test("a cluster gets its instance when it is available, and is waited for with it", async () => {
  const { result, calls } = await restore(
    { original: { kind: "cluster" }, statuses: ["creating", "available"] },
    { identifier: "named" },
  );
  expect(calls).toEqual(["restore", "completeRestore"]);
  expect(result?.database).toMatchObject({ kind: "cluster", identifier: "named", status: "available" });
});

describe("refused before anything is made", () => {
  test.each<[string, World, string]>([
    ["no such snapshot", { snapshot: "none" }, "snapshot_not_found"],
    ["another database's", { snapshot: { database: "billing" } }, "wrong_database"],
    ["a cluster's, for an instance", { snapshot: { kind: "cluster" } }, "wrong_database"],
    ["one in the making", { snapshot: { status: "creating", percent: 40 } }, "snapshot_not_ready"],
    ["one that failed", { snapshot: { status: "failed" } }, "snapshot_not_ready"],
  ])("%s", async (_, world, code) => {
    const { error, calls } = await restore(world);
    expect(error).toMatchObject({ code, message: expect.stringContaining("Nothing was made.") });
    expect(error?.hint).toBeTruthy();
    expect(calls).toEqual([]);
  });

  test("another database's snapshot: how it is done by hand", async () => {
    const { error } = await restore({ snapshot: { database: "billing" } });
    expect(error?.category).toBe("refused");
    expect(error?.hint).toContain(
      "aws rds restore-db-instance-from-db-snapshot --db-snapshot-identifier s-1 --db-instance-identifier NEW-NAME --region us-west-2",
    );
  });
});

describe("what goes wrong once it is asked for names what may exist", () => {
  test("the answer is lost", async () => {
    const { error } = await restore({ restoreFails: "network" });
    expect(error?.code).toBe("restore_unknown");
    expect(error?.message).toContain(
      "Whether instance shop-restored-20261120t120000z is being made is not known",
    );
    expect(error?.hint).toContain("aws rds describe-db-instances --db-instance-identifier shop-restored");
  });

  test("RDS refuses: nothing is being made, and nothing else is said", async () => {
    const { error } = await restore({ restoreFails: "database_exists" });
    expect(error).toMatchObject({ code: "database_exists", message: "It went wrong: database_exists." });
  });

  test.each<[string, (string | RemoteErrorCode)[], string]>([
    ["a state that does not pass", ["creating", "incompatible-network"], "restore_failed"],
    ["no end", ["creating"], "restore_timed_out"],
    ["never listed", ["database_not_found"], "restore_failed"],
    ["credentials that expire", ["creating", "credentials_expired"], "credentials_expired"],
    ["a network that does not come back", ["creating", "network"], "network"],
  ])("%s", async (_, statuses, code) => {
    const { error } = await restore({ statuses });
    expect(error?.code).toBe(code);
    expect(error?.message).toContain("shop-restored-20261120t120000z");
    expect(error?.hint).toContain("aws rds describe-db-instances");
  });
});

describe("to a moment", () => {
  const moment = "2026-11-20T11:58:00.000Z";
  const from = { moment };

  test("not reached yet: it is said, and waited for", async () => {
    const windows = [
      { latest: "2026-11-20T11:55:00Z" },
      { latest: "2026-11-20T11:55:00Z" },
      { latest: moment },
    ];
    const { result, events, requests } = await restore({ windows }, { from });
    expect(result).toMatchObject({ moment });
    expect(result?.snapshotId).toBeUndefined();
    expect(requests[0]?.from).toEqual({ moment });
    const waits = events.flatMap((event) => (event.type === "waiting" ? event.message : []));
    expect(waits.filter((message) => message.includes("waiting until it reaches"))).toEqual([
      expect.stringContaining(
        "reaches 2026-11-20T11:55:00Z; waiting until it reaches 2026-11-20T11:58:00.000Z",
      ),
    ]);
  });

  test.each<[string, World, string]>([
    ["recovery is off", { original: { backupRetentionDays: 0 } }, "point_in_time_off"],
    [
      "before what is kept",
      { windows: [{ earliest: "2026-11-20T11:59:00Z", latest: "2026-11-20T11:59:30Z" }] },
      "point_in_time_out_of_reach",
    ],
    ["never reached", { windows: [{ latest: "2026-11-20T11:55:00Z" }] }, "restore_timed_out"],
    ["no backup yet, nor ever", { windows: [undefined] }, "restore_timed_out"],
  ])("%s", async (_, world, code) => {
    const { error, calls } = await restore(world, { from });
    expect(error).toMatchObject({ code, message: expect.stringContaining("Nothing was made.") });
    expect(calls).toEqual([]);
  });
});

test("the stage's own database is no name for a new one, and nobody is told to delete it", async () => {
  const { error, events, calls } = await restore({}, { identifier: original.identifier });
  expect(error).toMatchObject({ code: "database_exists", category: "usage" });
  expect(`${error?.message} ${error?.hint}`).not.toContain("delete");
  expect(events).toEqual([]);
  expect(calls).toEqual([]);
});

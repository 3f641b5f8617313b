import { Failure } from "../../contract/failure.js";
import type { Database, Snapshot, SnapshotRequest } from "../../remote/databases.js";
import { RemoteError } from "../../remote/remote-error.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import type { AvailableSnapshot } from "./available.js";
import { whenSnapshottable } from "./database-state.js";
import { numbered, snapshotName } from "./name.js";
import { type SnapshotFacts, tagsOf } from "./tags.js";
import { usualMs } from "./time-left.js";
import { waitForSnapshot } from "./wait.js";

export interface TakeOptions {
  /** Milliseconds until `available`, the wait for the database's own state included. */
  timeoutMs: number;
  /** What the database is at. */
  revisions: string[];
  runId?: string;
  keepSeconds: number;
}

/** Makes a snapshot and waits until it is available. */
export async function takeSnapshot(
  context: StageContext,
  found: Database,
  options: TakeOptions,
): Promise<AvailableSnapshot> {
  const { now, databases, target, signal } = context;
  const deadline = now().getTime() + options.timeoutMs;
  const earlier = await databases.snapshots(found, { signal });
  const usual = usualMs(earlier, target.stage);
  const begun = await begunWhenReady(context, found, earlier, { ...options, deadline });
  const beganAt = now().getTime();
  const available = await waitForSnapshot(context, begun, {
    timeoutMs: Math.max(deadline - beganAt, 0),
    usualMs: usual,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw whileWaiting(error, begun, target.stage);
  });
  await noteDuration(context, available, now().getTime() - beganAt);
  return available;
}

/** RDS keeps no record of how long a snapshot took; the next one's estimate comes from here. Nobody is stopped by its failure. */
async function noteDuration(context: StageContext, snapshot: Snapshot, ms: number): Promise<void> {
  const seconds = Math.max(1, Math.round(ms / 1000));
  await context.databases
    .tagSnapshot(snapshot, tagsOf({ seconds }), { signal: context.signal })
    .catch(() => {});
}

/** Another snapshot, or a backup, may come between the look and the request: then that one's end is waited for, too. */
async function begunWhenReady(
  context: StageContext,
  found: Database,
  earlier: Snapshot[],
  options: TakeOptions & { deadline: number },
): Promise<Snapshot> {
  const making = earlier.find(({ status }) => status === "creating");
  if (making !== undefined) {
    context.emit({
      type: "warning",
      code: "snapshot_in_progress",
      message: `Snapshot ${making.id} of the same database is being made already; this one begins after it. To make do with that one, run with --reuse-snapshot 1h.`,
    });
  }
  for (let database = found; ; ) {
    database = await whenSnapshottable(context, database, options.deadline);
    try {
      return await begin(context, database, options);
    } catch (error) {
      const comesLater = error instanceof RemoteError && error.code === "database_not_ready";
      if (!comesLater || context.now().getTime() >= options.deadline) throw error;
    }
    await delay(Math.min(2_000, options.deadline - context.now().getTime()), context.signal);
    context.signal.throwIfAborted();
    database = await context.databases.describe(database, { signal: context.signal });
  }
}

async function begin(context: StageContext, database: Database, options: TakeOptions): Promise<Snapshot> {
  const { target, now, requestedBy, databases, signal, emit } = context;
  const { runId, keepSeconds, revisions, timeoutMs } = options;
  const { gitCommit } = await context.origin();
  const at = now();
  const facts: SnapshotFacts = {
    stage: target.stage,
    requestedBy,
    keepUntil: new Date(at.getTime() + keepSeconds * 1000).toISOString(),
    ...(runId === undefined ? {} : { runId }),
    ...(gitCommit === undefined ? {} : { gitCommit }),
    ...(revisions.length === 0 ? {} : { revision: revisions.join(" ") }),
  };
  const tags = tagsOf(facts);
  const name = snapshotName({ kind: database.kind, stage: target.stage, at, revisions });
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? name : numbered(name, database.kind, number);
    // From here on it may exist: whoever is interrupted is told its name.
    emit({
      type: "snapshot",
      id,
      database: database.identifier,
      status: "requested",
      percent: 0,
      elapsedMs: 0,
      timeoutMs,
    });
    const created = await request(context, { database, id, tags });
    if (created !== "taken") return created;
    if (number === mostNames) {
      throw new Failure(
        "snapshot_exists",
        `There are snapshots named ${name} to ${id} already. None was made.`,
        {
          category: "error",
          hint: "Run again.",
        },
      );
    }
    signal.throwIfAborted();
  }
  async function request({ signal }: StageContext, wanted: SnapshotRequest): Promise<Snapshot | "taken"> {
    try {
      return await databases.createSnapshot(wanted, { signal });
    } catch (error) {
      signal.throwIfAborted();
      return begunNevertheless(context, wanted, error);
    }
  }
}

const mostNames = 5;

/** The answer was lost, or the name is taken: perhaps by this very request, sent again. Its tags tell whose it is. */
async function begunNevertheless(
  { databases, signal, target }: StageContext,
  { database, id, tags }: SnapshotRequest,
  error: unknown,
): Promise<Snapshot | "taken"> {
  const code = error instanceof RemoteError ? error.code : undefined;
  if (code !== "snapshot_exists" && code !== "network" && code !== "service_error" && code !== "other")
    throw error;
  let found: Snapshot | undefined;
  try {
    found = await databases.snapshot({ kind: database.kind, id }, { signal });
  } catch {
    signal.throwIfAborted();
    throw new Failure(
      "snapshot_unknown",
      `${error instanceof Error ? error.message : "The answer was lost."} Whether snapshot ${id} is being made is not known.`,
      {
        category: "error",
        hint: `See what there is: migrate-remote snapshot list --stage ${target.stage}`,
        cause: error,
      },
    );
  }
  const isOurs =
    found !== undefined &&
    found.database === database.identifier &&
    Object.entries(tags).every(([key, value]) => found.tags[key] === value);
  if (isOurs && found !== undefined) return found;
  if (code === "snapshot_exists") return "taken";
  throw error;
}

/** Whatever ends the wait, the snapshot that was begun is named. */
function whileWaiting(error: unknown, { id }: Snapshot, stage: string): unknown {
  if (!(error instanceof Failure) || error.message.includes(id)) return error;
  return new Failure(
    error.code,
    `${error.message} Snapshot ${id} was begun, and RDS goes on making it without this command.`,
    {
      category: error.category,
      hint: `${error.hint ?? ""}\nThen wait on: migrate-remote snapshot wait ${id} --stage ${stage}`.trim(),
      cause: error,
    },
  );
}

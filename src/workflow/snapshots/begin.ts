import { Failure } from "../../contract/failure.js";
import type { Database, Snapshot, SnapshotRequest } from "../../remote/databases.js";
import { notExecuted } from "../../remote/execution.js";
import { RemoteError } from "../../remote/remote-error.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import { snapshotName } from "./name.js";
import { type SnapshotFacts, tagsOf } from "./tags.js";

export interface TakeOptions {
  /** Milliseconds until `available`, the wait for the database's own state included. */
  timeoutMs: number;
  /** What the database is at. */
  revisions: string[];
  runId?: string;
  keepSeconds: number;
}

const mostNames = 5;

/** Asks RDS for a snapshot, so that one request that arrives twice makes one. */
export async function beginSnapshot(
  context: StageContext,
  database: Database,
  options: TakeOptions,
): Promise<Snapshot> {
  const { target, now, emit, signal } = context;
  const at = now();
  const tags = tagsOf(await facts(context, options, at));
  for (let number = 0; number < mostNames; number += 1) {
    // A name that is taken is another command's of the same second: ours is then of the next.
    const second = new Date(at.getTime() + number * 1000);
    const id = snapshotName({ ...database, stage: target.stage, at: second, revisions: options.revisions });
    const { timeoutMs } = options;
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
    const begun = await request(context, { database, id, tags });
    if (begun !== "taken") return begun;
    signal.throwIfAborted();
  }
  throw new Failure(
    "snapshot_exists",
    `The names that snapshots of stage ${target.stage} would have in this second and the next are all taken. None was made.`,
    {
      category: "error",
      hint: "Run again.",
    },
  );
}

async function facts(
  { target, requestedBy, origin }: StageContext,
  { runId, keepSeconds, revisions }: TakeOptions,
  at: Date,
): Promise<SnapshotFacts> {
  const { gitCommit } = await origin();
  return {
    stage: target.stage,
    requestedBy,
    keepUntil: new Date(at.getTime() + keepSeconds * 1000).toISOString(),
    ...(runId === undefined ? {} : { runId }),
    ...(gitCommit === undefined ? {} : { gitCommit }),
    ...(revisions.length === 0 ? {} : { revision: revisions.join(" ") }),
  };
}

async function request(context: StageContext, wanted: SnapshotRequest): Promise<Snapshot | "taken"> {
  const { databases, signal } = context;
  try {
    return await databases.createSnapshot(wanted, { signal });
  } catch (error) {
    signal.throwIfAborted();
    return begunNevertheless(context, wanted, error);
  }
}

/**
 * The answer was lost, or the name is taken: perhaps by this very request, sent again. Its tags tell whose it is. Of several attempts only
 * the last one's error is known, so whatever it says, an earlier one may have begun it.
 */
async function begunNevertheless(
  context: StageContext,
  wanted: SnapshotRequest,
  error: unknown,
): Promise<Snapshot | "taken"> {
  const isTaken = error instanceof RemoteError && error.code === "snapshot_exists";
  if (!(error instanceof RemoteError) || (!isTaken && notExecuted(error) !== undefined)) throw error;
  const { id } = wanted;
  let found: Snapshot | undefined;
  try {
    found = await look(context, wanted);
  } catch {
    context.signal.throwIfAborted();
    throw new Failure(
      "snapshot_unknown",
      `${error.message} Whether snapshot ${id} is being made is not known.`,
      {
        category: "error",
        hint: `${error.hint}\nSee what there is: migrate-remote snapshot list --stage ${context.target.stage}`,
        cause: error,
      },
    );
  }
  if (found !== undefined && isOurs(found, wanted)) return found;
  if (isTaken) return "taken";
  const { code, message, hint } = error;
  throw new RemoteError({ code, message: `${message} Snapshot ${id} is not there.`, hint, cause: error });
}

function isOurs(found: Snapshot, { database, tags }: SnapshotRequest): boolean {
  return (
    found.database === database.identifier &&
    Object.entries(tags).every(([key, value]) => found.tags[key] === value)
  );
}

/** RDS may not list for a moment what it has just begun. */
const looks = 4;
const betweenLooksMs = 1_000;

async function look(
  { databases, signal }: StageContext,
  { database: { kind }, id }: SnapshotRequest,
): Promise<Snapshot | undefined> {
  for (let number = 1; ; number += 1) {
    const found = await databases.snapshot({ kind, id }, { signal });
    if (found !== undefined || number === looks) return found;
    await delay(betweenLooksMs, signal);
    signal.throwIfAborted();
  }
}

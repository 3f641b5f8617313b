import { Failure, saying } from "../../contract/failure.js";
import type { Database, Snapshot } from "../../remote/databases.js";
import { RemoteError } from "../../remote/remote-error.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import type { AvailableSnapshot } from "./available.js";
import { beginSnapshot, type TakeOptions } from "./begin.js";
import { whenSnapshottable } from "./database-state.js";
import { tagsOf } from "./tags.js";
import { usualMs } from "./time-left.js";
import { waitForSnapshot } from "./wait.js";

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

/** A migration does not wait for longer than this for a note. */
const noteMs = 10_000;

/** RDS keeps no record of how long a snapshot took; the next one's estimate comes from here. Nobody is stopped by its failure. */
async function noteDuration(context: StageContext, snapshot: Snapshot, ms: number): Promise<void> {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(noteMs)]);
  await context.databases.tagSnapshot(snapshot, tagsOf({ seconds }), { signal }).catch(() => {});
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
      message: `Snapshot ${making.id} of the same database is being made already; this one begins after it.`,
      ...(options.runId === undefined
        ? {}
        : {
            hint: `To make do with that one: migrate-remote run --stage ${context.target.stage} --reuse-snapshot 1h`,
          }),
    });
  }
  for (let database = found; ; ) {
    database = await whenSnapshottable(context, database, options.deadline);
    try {
      return await beginSnapshot(context, database, options);
    } catch (error) {
      const comesLater = error instanceof RemoteError && error.code === "database_not_ready";
      if (!comesLater || context.now().getTime() >= options.deadline) throw error;
    }
    await delay(Math.min(2_000, options.deadline - context.now().getTime()), context.signal);
    context.signal.throwIfAborted();
    database = await context.databases.describe(database, { signal: context.signal });
  }
}

/** Whatever ends the wait, the snapshot that was begun is named. */
function whileWaiting(error: unknown, { id }: Snapshot, stage: string): unknown {
  if (!(error instanceof Failure) || error.message.includes(id)) return error;
  return saying(
    error,
    `Snapshot ${id} was begun, and RDS goes on making it without this command.`,
    `${error.hint ?? ""}\nThen wait on: migrate-remote snapshot wait ${id} --stage ${stage}`.trim(),
  );
}

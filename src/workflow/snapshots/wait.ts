import { Failure } from "../../contract/failure.js";
import type { Snapshot, SnapshotRef } from "../../remote/databases.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import { type AvailableSnapshot, asAvailable } from "./available.js";
import { awsRds } from "./aws-command.js";
import { patiently } from "./patiently.js";
import { pollMs, visibleWithinMs } from "./poll.js";
import { leftMs } from "./time-left.js";

export interface WaitOptions {
  /** Milliseconds. */
  timeoutMs: number;
  /** How long earlier snapshots took. Milliseconds. */
  usualMs?: number | undefined;
  /** RDS has listed it already: where it does not any more, it is gone. */
  listed?: boolean;
  /** What to do where it is gone: who only waits does not take another one. */
  another?: string;
}

/**
 * Waits until a snapshot is `available`. Our own loop: the SDK's waiters stop at thirty minutes, and one of them takes a snapshot that
 * is gone for one that is done.
 *
 * @throws Failure `snapshot_failed`, `snapshot_deleted`, `snapshot_timed_out`
 */
export async function waitForSnapshot(
  context: StageContext,
  reference: SnapshotRef & { database?: string },
  { timeoutMs, usualMs, listed = false, another = "Run again to take another one." }: WaitOptions,
): Promise<AvailableSnapshot> {
  const { now, emit, signal, databases } = context;
  const began = now().getTime();
  const deadline = began + timeoutMs;
  let seen = listed;
  for (;;) {
    const snapshot = await patiently(context, deadline, () => databases.snapshot(reference, { signal }));
    const elapsedMs = now().getTime() - began;
    const available = snapshot === undefined ? undefined : asAvailable(snapshot);
    if (snapshot !== undefined) {
      const { id, database, status, percent } = snapshot;
      const left = available === undefined ? leftMs({ percent, elapsedMs, usualMs }) : undefined;
      emit({
        type: "snapshot",
        id,
        database,
        status,
        percent,
        elapsedMs,
        timeoutMs,
        ...(left === undefined ? {} : { leftMs: left }),
      });
    }
    if (available !== undefined) return available;
    refuseGone(context, reference.id, snapshot, { seen, elapsedMs, another });
    if (now().getTime() >= deadline) throw timedOut(context, reference.id, snapshot, timeoutMs);
    seen ||= snapshot !== undefined;
    await delay(Math.min(pollMs(elapsedMs), deadline - now().getTime()), signal);
    signal.throwIfAborted();
  }
}

function refuseGone(
  { target }: StageContext,
  id: string,
  snapshot: Snapshot | undefined,
  { seen, elapsedMs, another }: { seen: boolean; elapsedMs: number; another: string },
): void {
  if (snapshot === undefined) {
    if (!seen && elapsedMs < visibleWithinMs) return;
    throw new Failure(
      "snapshot_deleted",
      `Snapshot ${id} is gone: somebody deleted it while it was waited for, or RDS gave it up.`,
      {
        category: "error",
        hint: another,
      },
    );
  }
  if (/^(failed|incompatible)/.test(snapshot.status)) {
    throw new Failure(
      "snapshot_failed",
      `RDS could not make snapshot ${id}: its status is ${snapshot.status}. It cannot be restored.`,
      {
        category: "error",
        hint: whyItFailed(target, snapshot),
      },
    );
  }
  if (snapshot.status === "deleting") {
    throw new Failure("snapshot_deleted", `Snapshot ${id} is being deleted by somebody else.`, {
      category: "error",
      hint: another,
    });
  }
}

function whyItFailed(target: StageContext["target"], { kind, database }: Snapshot): string {
  if (target.local !== undefined)
    return `On this machine a snapshot is a copy of the database, which waits a minute for whoever is at work in it. End what is connected to it, then run again: migrate-remote run --stage ${target.stage}`;
  return `See why: ${awsRds(target, ["describe-events", "--source-type", `db-${kind}`, "--source-identifier", database])}`;
}

function timedOut(
  { target }: StageContext,
  id: string,
  snapshot: Snapshot | undefined,
  timeoutMs: number,
): Failure {
  const state =
    snapshot === undefined ? "is not listed by RDS yet" : `is ${snapshot.status}, ${snapshot.percent} %`;
  return new Failure(
    "snapshot_timed_out",
    `Snapshot ${id} ${state} after ${Math.round(timeoutMs / 1000)} s. RDS goes on making it.`,
    {
      category: "error",
      hint: `Wait on: migrate-remote snapshot wait ${id} --stage ${target.stage}\nThen: migrate-remote run --stage ${target.stage} --reuse-snapshot 1h`,
    },
  );
}

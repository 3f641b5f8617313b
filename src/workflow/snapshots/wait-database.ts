import { Failure } from "../../contract/failure.js";
import type { Database, DatabaseRef } from "../../remote/databases.js";
import { RemoteError } from "../../remote/remote-error.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import { type Readiness, readinessOf } from "./database-state.js";
import { patiently } from "./patiently.js";
import { pollMs, visibleWithinMs } from "./poll.js";

export interface DatabaseWait {
  /** Milliseconds since the epoch. */
  deadline: number;
  /** What to do when it does not come. */
  hint: string;
  /** False: a cluster is waited for without its instances. */
  instances?: boolean;
}

/**
 * Waits until a new database is available, a cluster's instances too.
 *
 * @throws Failure `restore_failed`, `restore_timed_out`
 */
export async function whenDatabaseAvailable(
  context: StageContext,
  reference: DatabaseRef,
  { deadline, hint, instances = true }: DatabaseWait,
): Promise<Database> {
  const { emit, now, signal } = context;
  const what = `${reference.kind} ${reference.identifier}`;
  const began = now().getTime();
  let told = "";
  for (;;) {
    const seen = await patiently(context, deadline, () => unlessUnlisted(context, reference));
    const time = now().getTime();
    const { state, readiness } = stateOf(seen, instances);
    if (seen !== undefined && readiness === "ready") return seen;
    if (readiness === "stuck" || (seen === undefined && time - began > visibleWithinMs)) {
      throw new Failure("restore_failed", `The new ${what} is ${state}: it does not become available.`, {
        category: "error",
        hint,
      });
    }
    if (time >= deadline) {
      throw new Failure(
        "restore_timed_out",
        `The new ${what} is still ${state} after ${minutes(time - began)}. RDS goes on making it.`,
        { category: "error", hint },
      );
    }
    if (told !== state) {
      told = state;
      emit({
        type: "waiting",
        message: `The new ${what} is ${state}, at most ${minutes(deadline - time)} more`,
      });
    }
    await delay(Math.min(pollMs(time - began), deadline - time), signal);
    signal.throwIfAborted();
  }
}

async function unlessUnlisted(
  { databases, signal }: StageContext,
  reference: DatabaseRef,
): Promise<Database | undefined> {
  try {
    return await databases.describe(reference, { signal });
  } catch (error) {
    if (error instanceof RemoteError && error.code === "database_not_found") return undefined;
    throw error;
  }
}

/** A cluster is as ready as the least ready of its instances, and without one it answers nobody. */
function stateOf(seen: Database | undefined, instances: boolean): { state: string; readiness: Readiness } {
  if (seen === undefined) return { state: "not listed by RDS", readiness: "passing" };
  const own = { identifier: seen.identifier, status: seen.status };
  const parts = instances ? [own, ...seen.members] : [own];
  const ranked = parts.map(({ identifier, status }) => ({
    readiness: readinessOf(status),
    state: identifier === seen.identifier ? status : `${seen.status} (its instance ${identifier}: ${status})`,
  }));
  const without =
    instances && seen.kind === "cluster" && seen.members.length === 0
      ? [{ readiness: "passing" as const, state: `${seen.status}, without an instance` }]
      : [];
  const least = (wanted: string) => [...ranked, ...without].find(({ readiness }) => readiness === wanted);
  return least("stuck") ?? least("passing") ?? { state: seen.status, readiness: "ready" };
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

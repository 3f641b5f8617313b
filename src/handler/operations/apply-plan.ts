import { asRefusal, isConnectionLost } from "../database-error.js";
import type { Lock } from "../lock.js";
import { timeForAnother } from "../protocol.js";
import { Refusal, refusal } from "../refusal.js";
import { restoreSettings } from "../session-settings.js";
import type { Work } from "../work.js";
import type { Notes } from "./act.js";
import { withDeadline } from "./deadline.js";
import type { RunPlan } from "./plan-run.js";

/** How far a plan came. */
export interface Progress {
  /** Revision → milliseconds. */
  applied: Map<string, number>;
  /** Where it stopped; `error` undefined means that the connection broke while `revision` was being applied. */
  stopped?: { revision: string; error?: Refusal };
  /** It stopped between two migrations, because there is too little time for one more. */
  paused: boolean;
}

/**
 * Applies one migration after the other until one stops it, or until time is short. The first one is tried in any case: a part that
 * applies nothing would make the next one do the same, for ever.
 */
export async function applyPlan(
  work: Work,
  { all, rest }: RunPlan,
  lock: Lock,
  notes: Notes,
): Promise<Progress> {
  const applied = new Map<string, number>();
  const standing = all.slice(0, all.length - rest.length).map(({ revision }) => revision);
  let longest = 0;
  for (const migration of rest) {
    const { revision } = migration;
    const index = standing.length + applied.size + 1;
    const fields = { revision, index, total: all.length };
    if (applied.size > 0 && !timeForAnother(work.clock.remaining(), longest, work.clock.stopBefore))
      return { applied, paused: true };
    const began = performance.now();
    try {
      if (work.clock.left() === 0) throw outOfTime(rest.length);
      await restoreSettings(work.session, work.settings("migrate"));
      if (applied.size > 0) await notes.applied([...standing, ...applied.keys()]);
      work.log("info", "migration_started", `Applying ${revision} (${index}/${all.length})`, fields);
      const { durationMs } = await withDeadline(work, () =>
        work.engine.parts.apply(work.session, migration, { lock, runId: work.runId }),
      );
      applied.set(revision, durationMs);
      longest = Math.max(longest, performance.now() - began);
      work.log("info", "migration_applied", `Applied ${revision} in ${durationMs} ms`, {
        ...fields,
        durationMs,
      });
    } catch (error) {
      const lost = isConnectionLost(error);
      const seen = lost ? undefined : asRefusal(error, work.session.connection);
      const refused =
        seen !== undefined && ranOutOfTime(work, seen) ? outlived(seen, performance.now() - began) : seen;
      if (applied.size > 0 && migration.transactional && refused !== seen) {
        work.log(
          "info",
          "migration_put_off",
          `${revision} needs longer than is left; the next part begins with it`,
          fields,
        );
        return { applied, paused: true };
      }
      const why =
        refused?.message ?? `The connection to the database broke while ${revision} was being applied`;
      work.log("error", "migration_failed", why, {
        ...fields,
        durationMs: Math.round(performance.now() - began),
      });
      return {
        applied,
        paused: false,
        stopped: { revision, ...(refused === undefined ? {} : { error: refused }) },
      };
    }
  }
  return { applied, paused: false };
}

/** Cancelled by our own deadline, and rolled back: with a whole part before it there may be time enough. */
function ranOutOfTime({ clock }: Work, { error }: Refusal): boolean {
  return error.sqlstate === "57014" && clock.left() < deadlineSpreadMs;
}

/** PostgreSQL says only that the statement was cancelled, not that it was we, and why. */
function outlived({ error }: Refusal, ms: number): Refusal {
  return new Refusal({
    ...error,
    message: `${error.message} It was stopped after ${(ms / 1000).toFixed(1)} s: it needs longer than the function has.`,
    hint: "The function's time limit was near. Raise its timeout, or split the migration.",
  });
}

/** Between PostgreSQL's `statement_timeout`, our own cancellation after it, and its being heard of. */
const deadlineSpreadMs = 100;

function outOfTime(left: number): Refusal {
  return refusal(
    "internal_error",
    `The function's time limit was reached before the first of ${left} migrations could be started. Nothing was executed.`,
    {
      hint: "Raise the function's time limit, or lower stopBefore in its handler. Then run again: migrate-remote run",
    },
  );
}

import { asRefusal, isConnectionLost } from "../database-error.js";
import type { SourceMigration } from "../engines/parts.js";
import type { Lock } from "../lock.js";
import { type Refusal, refusal } from "../refusal.js";
import { restoreSettings } from "../session-settings.js";
import type { Work } from "../work.js";
import { withDeadline } from "./deadline.js";

/** How far a plan came. */
export interface Progress {
  /** Revision → milliseconds. */
  applied: Map<string, number>;
  /** Where it stopped; `error` undefined means that the connection broke while `revision` was being applied. */
  stopped?: { revision: string; error?: Refusal };
}

/** Applies one migration after the other until one stops it. */
export async function applyPlan(work: Work, plan: SourceMigration[], lock: Lock): Promise<Progress> {
  const applied = new Map<string, number>();
  for (const [index, migration] of plan.entries()) {
    const { revision } = migration;
    const fields = { revision, index: index + 1, total: plan.length };
    const began = performance.now();
    try {
      if (work.clock.left() === 0) throw outOfTime(applied.size, plan.length);
      await restoreSettings(work.session, work.settings("migrate"));
      work.log("info", "migration_started", `Applying ${revision} (${index + 1}/${plan.length})`, fields);
      const { durationMs } = await withDeadline(work, () =>
        work.engine.parts.apply(work.session, migration, { lock, runId: work.runId }),
      );
      applied.set(revision, durationMs);
      work.log("info", "migration_applied", `Applied ${revision} in ${durationMs} ms`, {
        ...fields,
        durationMs,
      });
    } catch (error) {
      const lost = isConnectionLost(error);
      const refused = lost ? undefined : asRefusal(error, work.session.connection);
      const why = refused?.message ?? "the connection to the database broke";
      work.log("error", "migration_failed", `Failed at ${revision}: ${why}`, {
        ...fields,
        durationMs: Math.round(performance.now() - began),
      });
      return { applied, stopped: { revision, ...(refused === undefined ? {} : { error: refused }) } };
    }
  }
  return { applied };
}

function outOfTime(applied: number, total: number): Refusal {
  return refusal(
    "internal_error",
    `The function's time limit is near, so no further migration was started: ${applied} of ${total} are applied.`,
    { hint: "Run again to apply the rest, or raise the function's time limit: migrate-remote run" },
  );
}

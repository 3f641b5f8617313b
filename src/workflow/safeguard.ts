import type { DatabaseIdentity } from "../contract/report.js";
import { type Confirm, expectConsent, obtainConsent } from "./consent.js";
import { notMigrated } from "./not-migrated.js";
import { obtainPermit, type Permit } from "./permit.js";
import { refuseDestructive } from "./refuse-destructive.js";
import type { MigrationView } from "./results.js";
import { destructiveFindings } from "./review/review.js";
import { prepareWayBack, type SafeguardRequest } from "./snapshots/way-back.js";
import type { StageContext } from "./stage-context.js";

/** A write that is about to be asked for. */
export interface IntendedWrite {
  /** `apply 3 migrations`: completes 'To …, type'. */
  act: string;
  runId: string;
  /** False where nobody knows what will be written. */
  isKnown: boolean;
  migrations: MigrationView[];
  /** What the database is at. */
  revisions: string[];
  /** The one that the function is connected to. */
  database?: DatabaseIdentity | undefined;
}

/**
 * Everything that stands between a plan and its execution, in this order: what can be refused is refused, then a person is asked, and only
 * then does the way back take its time.
 */
export async function safeguard(
  context: StageContext,
  write: IntendedWrite,
  request: SafeguardRequest & { confirm?: Confirm },
): Promise<Permit> {
  try {
    const destroys = !request.allowDestructive && destructiveFindings(write.migrations).length > 0;
    expectConsent(context, request.confirm, { destroys });
    refuseDestructive(context, write.migrations, request.allowDestructive);
    const wayBack = await prepareWayBack(context, request, write);
    const consent = await obtainConsent(context, request.confirm, write.act);
    return await obtainPermit(context, consent, wayBack, write);
  } catch (error) {
    throw notMigrated(error);
  }
}

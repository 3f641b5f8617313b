import { Failure } from "../contract/failure.js";
import type { RunIdentity } from "../contract/operations.js";
import type { RunRecord } from "../contract/run-record.js";
import type { Consent } from "./consent.js";
import { recordedWayBack } from "./snapshots/recorded.js";
import type { PreparedWayBack, SecuredFor, WayBack } from "./snapshots/way-back.js";
import type { StageContext } from "./stage-context.js";

const permitted = Symbol("permitted");

/**
 * What every request that writes is sent with: consent was given, and the way back that the stage's policy asks for stands. Only this
 * file makes one, and nothing that writes is sent without one (`invoke.ts`).
 */
export interface Permit {
  readonly [permitted]: true;
  readonly stage: string;
  readonly wayBack: WayBack;
}

/** Makes the way back stand, which takes as long as a snapshot does. */
export async function obtainPermit(
  { target }: StageContext,
  _consent: Consent,
  prepared: PreparedWayBack,
  what: SecuredFor,
): Promise<Permit> {
  return { [permitted]: true, stage: target.stage, wayBack: await prepared.secure(what) };
}

/** For a run that somebody else began, with consent and way back of its own: what the ledger says of them is looked at again. */
export async function permitToGoOn(context: StageContext, record: RunRecord): Promise<Permit> {
  const { stage } = context.target;
  const wayBack = await recordedWayBack(context, record);
  if (wayBack !== undefined) return { [permitted]: true, stage, wayBack };
  throw new Failure(
    "way_back_missing",
    `Run ${record.runId} stopped between two migrations, and the snapshot that stage ${stage} asks for is not there${record.snapshotId === undefined ? "" : ` (${record.snapshotId})`}. Nothing more was executed.`,
    {
      category: "refused",
      hint: `When its lease has ended, run what is left with a snapshot: migrate-remote run --stage ${stage}`,
    },
  );
}

/** How the ledger tells it. */
export function ledgerWords({ wayBack }: Permit): Pick<RunIdentity, "snapshotId" | "snapshotSkipped"> {
  switch (wayBack.kind) {
    case "snapshot":
      return { snapshotId: wayBack.snapshot.id };
    case "pointInTime":
      return { snapshotSkipped: `point-in-time recovery to ${wayBack.moment}` };
    case "skipped":
      return { snapshotSkipped: wayBack.reason };
    case "none":
      return wayBack.reason === undefined ? {} : { snapshotSkipped: wayBack.reason };
  }
}

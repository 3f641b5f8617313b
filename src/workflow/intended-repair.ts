import { canBeFoundOut, type Report } from "../contract/report.js";
import { revisionsMeant } from "../contract/revision-name.js";
import type { ResultError } from "./results.js";

/** What a repair of history will do, as far as a look at the database tells. */
export interface IntendedRepair {
  /** What history says now. */
  from: string[];
  /** What it will say; absent where the far side finds out itself. */
  to?: string;
  record: string[];
  remove: string[];
}

export type Repair =
  | { kind: "intended"; repair: IntendedRepair }
  /** History agrees with itself, and nobody said what it should say instead. */
  | { kind: "not-needed" }
  | { kind: "refused"; error: ResultError };

/**
 * Looks before anybody is asked and before a snapshot is taken. Pure. The far side decides under its lock; what it would refuse in any case is
 * refused here. `before`: undefined where the function could not say.
 */
export function intendRepair(before: Report | undefined, wanted: string | undefined, stage: string): Repair {
  if (before === undefined) return intended({ from: [], ...(wanted === undefined ? {} : { to: wanted }) });
  const { state, currentRevisions: from } = before;
  if (wanted !== undefined) return repairTo(before, wanted, stage);
  if (state === "inconsistent" && !canBeFoundOut(before)) {
    return {
      kind: "refused",
      error: {
        code: "inconsistent_history",
        message:
          "History has revisions that the deployed function does not have, so what is true cannot be found out. Nothing was changed.",
        hint: `Deploy the function that has them, or say what is applied: migrate-remote fix-history --stage ${stage} --revision REV`,
      },
    };
  }
  return state === undefined || canBeFoundOut(before) ? intended({ from }) : { kind: "not-needed" };
}

function repairTo({ migrations, currentRevisions: from }: Report, wanted: string, stage: string): Repair {
  // What history has and the function does not is no revision to go to, though it may go.
  const known = migrations.map(({ revision }) => revision);
  const [to, ...others] = revisionsMeant(known, wanted);
  if (known.length === 0) return intended({ from, to: wanted });
  if (to === undefined || others.length > 0) {
    const which = to === undefined ? "is none of its" : `may mean ${[to, ...others].join(", ")} among its`;
    return {
      kind: "refused",
      error: {
        code: "unknown_revision",
        message: `${JSON.stringify(wanted.slice(0, 200))} ${which} revisions. Nothing was changed.`,
        hint: `See them: migrate-remote status --stage ${stage}`,
      },
    };
  }
  const last = known.indexOf(to);
  const isIn = (index: number, ...statuses: string[]) => statuses.includes(migrations[index]?.status ?? "");
  return intended({
    from,
    to,
    record: known.filter((_, index) => index <= last && !isIn(index, "applied")),
    remove: known.filter((_, index) => index > last && isIn(index, "applied", "failed")),
  });
}

function intended(repair: Pick<IntendedRepair, "from"> & Partial<IntendedRepair>): Repair {
  return { kind: "intended", repair: { record: [], remove: [], ...repair } };
}

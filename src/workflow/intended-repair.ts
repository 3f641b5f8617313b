import type { Codec } from "../contract/codec.js";
import { canBeFoundOut, type Report } from "../contract/report.js";
import { revisionsMeant } from "../contract/revision-name.js";
import type { ResultError } from "./results.js";

/** What a repair of history will do. */
export interface IntendedRepair {
  /** What history says now. */
  from: string[];
  /** What it will say; absent where the far side finds out itself. */
  to?: string[];
  /** What it changes row by row; absent where that is known only to the far side, and only when it does it. */
  change?: { record: string[]; remove: string[] };
}

export type Repair =
  /** `planId`: the far side carries out this very change, or refuses. */
  | { kind: "intended"; repair: IntendedRepair; planId?: string }
  /** History agrees with itself, and nobody said what it should say instead; or it says that already. */
  | { kind: "not-needed" }
  | { kind: "refused"; error: ResultError };

/**
 * Looks at the status before anybody is asked and before a snapshot is taken. Pure. The far side decides under its lock; what it would refuse in
 * any case is refused here. `before`: undefined where the function could not say.
 */
export function intendRepair(
  before: Report | undefined,
  wanted: string | undefined,
  { codec, stage }: { codec: Codec; stage: string },
): Repair {
  if (before === undefined) return intended({ from: [], ...(wanted === undefined ? {} : { to: [wanted] }) });
  const { state, currentRevisions: from } = before;
  if (wanted !== undefined) {
    return tellsRepairs(codec) ? intended({ from, to: [wanted] }) : repairTo(before, wanted, stage);
  }
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

/** True where the far side says itself what a repair would change. */
export function tellsRepairs({ unsupported }: Codec): boolean {
  return unsupported["fix-history-dry-run"] === undefined;
}

/** What the far side answers when it is asked for the dry-run of a repair. Pure. */
export function toldRepair({ error, plan, migrations, problems, currentRevisions: from }: Report): Repair {
  if (error !== undefined) return { kind: "refused", error };
  if (plan === undefined) {
    const isUnknown = problems.some(({ code }) => code === "plan_unknown");
    return isUnknown ? intended({ from }) : { kind: "not-needed" };
  }
  const named = (wanted: string) =>
    migrations.filter(({ status }) => status === wanted).map(({ revision }) => revision);
  const change = { record: named("recorded"), remove: named("removed") };
  const to = plan.target?.split(",") ?? [];
  return { kind: "intended", repair: { from: plan.from, to, change }, planId: plan.id };
}

function repairTo({ migrations, currentRevisions: from }: Report, wanted: string, stage: string): Repair {
  // What history has and the function does not is no revision to go to, though it may go.
  const known = migrations.map(({ revision }) => revision);
  const [to, ...others] = revisionsMeant(known, wanted);
  if (known.length === 0) return intended({ from, to: [wanted] });
  if (to !== undefined && others.length === 0) return intended({ from, to: [to] });
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

function intended(repair: IntendedRepair): Repair {
  return { kind: "intended", repair };
}

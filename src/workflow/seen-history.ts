import type { Report } from "../contract/report.js";
import { revisionsMeant } from "../contract/revision-name.js";
import { pendingRevisions } from "./history-view.js";
import type { StageContext } from "./stage-context.js";

/** What a run without a ledger was to do. */
export interface Expected {
  /** Revisions in order; absent where the contract tells no plan. */
  planned?: string[];
  targetRevision?: string;
  /** History is repaired on the way: what stands afterwards was not all executed. */
  repairs: boolean;
  /** The status before; only where no plan tells. */
  before?: Report;
}

/** What the database's history says after a run. */
export interface Seen {
  /** Whether all stands that was to be applied; absent where it does not tell. */
  reached?: boolean;
  /** What this run applied; absent where it does not tell. */
  applied?: string[];
}

type Context = Pick<StageContext, "codec">;

/** Whether history says already what no later look could change. */
export function isReached(context: Context, after: Report, expected: Expected): boolean {
  return hasReached(after, expected, undefined, context) === true;
}

/** What can be read of a run in the history after it. Pure. */
export function look(
  after: Report,
  expected: Expected,
  claimed: string[] | undefined,
  context: Context,
): Seen {
  const reached = hasReached(after, expected, claimed, context);
  const applied = newlyApplied(after, expected, context);
  return { ...(reached === undefined ? {} : { reached }), ...(applied === undefined ? {} : { applied }) };
}

function hasReached(
  after: Report,
  { planned, before, targetRevision, repairs }: Expected,
  claimed: string[] | undefined,
  context: Context,
): boolean | undefined {
  if (targetRevision !== undefined && revisionsMeant(after.currentRevisions, targetRevision).length > 0)
    return true;
  const due = planned ?? pendingIn(before);
  const pending = pendingIn(after);
  if (due !== undefined && pending !== undefined) {
    if (due.length > 0) return due.every((revision) => !pending.includes(revision));
    return repairs ? after.state === "up_to_date" : true;
  }
  if (claimed === undefined || !listsApplied(after, context)) return undefined;
  const there = new Set(appliedRevisions(after));
  return claimed.every((revision) => there.has(revision));
}

function newlyApplied(
  after: Report,
  { planned, before, repairs }: Expected,
  context: Context,
): string[] | undefined {
  if (repairs) return undefined;
  const due = planned ?? pendingIn(before);
  const pending = pendingIn(after);
  if (due !== undefined && pending !== undefined)
    return due.filter((revision) => !pending.includes(revision));
  if (before === undefined || !listsApplied(before, context)) return undefined;
  const earlier = new Set(appliedRevisions(before));
  return appliedRevisions(after).filter((revision) => !earlier.has(revision));
}

/** A history table's rows are all that is applied; a status may tell the pending ones alone. */
function listsApplied(report: Report, { codec }: Context): boolean {
  return codec.verification === "query" || report.state === "empty" || appliedRevisions(report).length > 0;
}

/** Absent where it does not tell: an older contract may say `pending_migrations` without saying which. */
function pendingIn(report: Report | undefined): string[] | undefined {
  if (report === undefined) return undefined;
  const pending = pendingRevisions(report);
  return report.state === "up_to_date" || pending.length > 0 ? pending : undefined;
}

function appliedRevisions({ migrations }: Report): string[] {
  return migrations.filter(({ status }) => status === "applied").map(({ revision }) => revision);
}

/** What was to be applied, or is said to be, and does not stand. */
export function missingIn(
  after: Report,
  { planned, before }: Expected,
  claimed: string[] | undefined,
): string[] {
  const due = planned ?? pendingIn(before);
  const pending = pendingIn(after);
  if (due !== undefined && pending !== undefined) return due.filter((revision) => pending.includes(revision));
  const rows = appliedRevisions(after);
  return (claimed ?? []).filter((revision) => !rows.includes(revision));
}

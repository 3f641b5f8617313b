import type { Codec } from "../contract/codec.js";
import type { MigrationEntry, Report } from "../contract/report.js";
import { revisionsMeant } from "../contract/revision-name.js";
import { emptyHistory, historyView, pendingRevisions } from "./history-view.js";
import type { Evidence, HistoryView, MigrationView, ResultError } from "./results.js";
import type { Sent } from "./send.js";
import type { StageContext } from "./stage-context.js";
import { failureOutcome, type JudgedRun, judgeReport, nothing, reportError } from "./verdict.js";

/** What a run without a ledger was to do. */
export interface Expected {
  /** Revisions in order; absent where the contract tells no plan. */
  planned?: string[];
  targetRevision?: string;
  /** History is repaired on the way: what stands afterwards was not all executed. */
  repairs: boolean;
  /** What was applied before; absent where that was not read. */
  before?: string[];
}

/** What the database's history says after a run. */
interface Seen {
  /** Whether all stands that was to be applied; absent where it does not tell. */
  reached?: boolean;
  /** What this run applied; absent where it does not tell. */
  applied?: string[];
}

type Context = Pick<StageContext, "target" | "loadSqlParser" | "codec">;

/**
 * A run without a ledger, by its own answer and by the database's history as it was read afterwards (`after`; absent where it could not
 * be). Where the two disagree, nothing is called applied.
 */
export async function judgeAnswered(
  report: Report,
  after: Report | undefined,
  expected: Expected,
  context: Context,
): Promise<JudgedRun> {
  const own = await judgeReport(report, context);
  if (after === undefined) return own;
  const claimed = own.appliedKnown ? own.applied : undefined;
  const seen = look(context.codec.verification, after, expected, claimed);
  const applied = seen.applied ?? claimed;
  const view = await merged(own, after, applied, context);
  const base = {
    ...view,
    ...evidenceOf(context),
    applied: applied ?? [],
    appliedKnown: applied !== undefined,
  };
  if (!report.success) {
    const error = reportError(report);
    return { ...base, outcome: failureOutcome(report, error, base.applied.length), error };
  }
  if (seen.reached === false) return { ...base, ...contradiction(context, expected, claimed, after) };
  if (applied === undefined) return { ...base, outcome: "succeeded" };
  const repaired = own.outcome === "applied";
  return { ...base, outcome: applied.length > 0 || repaired ? "applied" : "nothing_to_do" };
}

/** A run whose answer did not come, or says nothing. */
export async function judgeUnanswered(
  { ended, error }: Extract<Sent, { kind: "lost" }>,
  after: Report | undefined,
  expected: Expected,
  context: Context,
): Promise<JudgedRun> {
  const { verification } = context.codec;
  if (after === undefined) {
    const failed = ended && verification === "none" && error.code === "function_failed";
    return failed
      ? { ...nothing(), evidence: "report", outcome: "failed", error: saying(error, wordless) }
      : { ...nothing(), outcome: "unknown", error: unread(error, context) };
  }
  const { reached, applied } = look(verification, after, expected, undefined);
  const view = await merged(emptyHistory, after, applied, context);
  const base = {
    ...view,
    ...evidenceOf(context),
    applied: applied ?? [],
    appliedKnown: applied !== undefined,
  };
  if (reached === true) return { ...base, outcome: "applied" };
  if (ended && error.code === "function_failed") return { ...base, outcome: "failed", error };
  if (ended && reached === false) return { ...base, outcome: "failed", error };
  const unsure = { evidence: "none", appliedKnown: false, outcome: "unknown" } as const;
  return { ...base, ...unsure, error: unsettled(error, base.applied, context) };
}

/** Whether history says already what no later look could change. */
export function isReached({ codec }: Context, after: Report, expected: Expected): boolean {
  return look(codec.verification, after, expected, undefined).reached === true;
}

function look(
  verification: Codec["verification"],
  after: Report,
  expected: Expected,
  claimed: string[] | undefined,
): Seen {
  return verification === "query" ? lookAtRows(after, expected, claimed) : lookAtState(after, expected);
}

/** A status tells what is pending. */
function lookAtState(after: Report, { planned, targetRevision, repairs }: Expected): Seen {
  const atTarget =
    targetRevision !== undefined && revisionsMeant(after.currentRevisions, targetRevision).length > 0;
  if (planned === undefined || !tellsPending(after)) return atTarget ? { reached: true } : {};
  const pending = new Set(pendingRevisions(after));
  const applied = planned.filter((revision) => !pending.has(revision));
  const all = applied.length === planned.length;
  const reached = atTarget || (planned.length > 0 ? all : repairs && after.state === "up_to_date");
  return repairs ? { reached } : { reached, applied };
}

/** Rows tell what is applied, and nothing of what is not. */
function lookAtRows(after: Report, { before }: Expected, claimed: string[] | undefined): Seen {
  const rows = appliedRevisions(after);
  const there = new Set(rows);
  const earlier = new Set(before);
  return {
    ...(claimed === undefined ? {} : { reached: claimed.every((revision) => there.has(revision)) }),
    ...(before === undefined ? {} : { applied: rows.filter((revision) => !earlier.has(revision)) }),
  };
}

export function appliedRevisions({ migrations }: Report): string[] {
  return migrations.filter(({ status }) => status === "applied").map(({ revision }) => revision);
}

/** An older contract may say `pending_migrations` without saying which; then nothing follows from an empty list. */
function tellsPending(report: Report): boolean {
  if (report.state === "up_to_date") return true;
  return report.migrations.some(({ status }) => status === "pending");
}

function evidenceOf({ codec }: Context): { evidence: Evidence } {
  return { evidence: codec.verification };
}

/** What stands is what was read last; what the run itself said of a migration is kept beside it. */
async function merged(
  own: HistoryView,
  after: Report,
  applied: string[] | undefined,
  context: Context,
): Promise<HistoryView> {
  const view = await historyView(after, context);
  const said = new Map(own.migrations.map((migration) => [migration.revision, migration]));
  const listed = new Set(view.migrations.map(({ revision }) => revision));
  const isOfRun = new Set(applied);
  const added = (applied ?? []).filter((revision) => !listed.has(revision));
  const unlisted = own.migrations.filter(({ revision }) => !listed.has(revision) && !isOfRun.has(revision));
  return {
    ...own,
    ...view,
    migrations: [
      ...unlisted.filter(isBefore),
      ...added.map((revision): MigrationView => ({ revision, ...said.get(revision), status: "applied" })),
      ...view.migrations.map((migration) => afterwards(migration, said.get(migration.revision), isOfRun)),
      ...unlisted.filter((migration) => !isBefore(migration)),
    ],
    problems: [...own.problems, ...view.problems],
  };
}

const isBefore = ({ status }: MigrationEntry) => status === "skipped" || status === "applied";

function afterwards(
  seen: MigrationView,
  said: MigrationView | undefined,
  isOfRun: ReadonlySet<string>,
): MigrationView {
  if (seen.status === "applied") {
    return { ...said, ...seen, status: isOfRun.has(seen.revision) ? "applied" : "skipped" };
  }
  return said?.status === "failed" || said?.status === "not_executed" ? { ...seen, ...said } : seen;
}

/** Success that the database does not confirm is none. */
function contradiction(
  { codec, target }: Context,
  { planned = [] }: Expected,
  claimed: string[] | undefined,
  after: Report,
): Pick<JudgedRun, "outcome" | "error"> {
  const logs = `See what the function wrote: migrate-remote logs --stage ${target.stage}`;
  if (codec.verification === "query") {
    const rows = new Set(appliedRevisions(after));
    const missing = (claimed ?? []).filter((revision) => !rows.has(revision));
    return {
      outcome: "unknown",
      error: {
        code: "not_verified",
        message: `The function says that it applied ${missing.join(", ")}, and the query function finds no row of it in the history table.`,
        hint: `Look whether both functions are connected to the same database. ${logs}`,
      },
    };
  }
  const pending = new Set(pendingRevisions(after));
  const left = planned.filter((revision) => pending.has(revision));
  return {
    outcome: "failed",
    error: {
      code: "not_verified",
      message: `The function says that it succeeded, and of what was planned the database's history has not ${left.join(", ")}.`,
      hint: logs,
    },
  };
}

function saying(error: ResultError, more: string): ResultError {
  return { ...error, message: `${error.message.replace(/\.?$/, ".")} ${more}` };
}

const wordless = "What it applied before that it does not say.";

function unread(error: ResultError, { codec, target: { stage } }: Context): ResultError {
  if (codec.verification === "none") {
    return {
      ...saying(error, `Contract ${codec.contract} has no read, so what it did is not known.`),
      hint: `Do not run again before you know. What the function wrote: migrate-remote logs --stage ${stage}. What is applied stands in the database's own history table.`,
    };
  }
  return {
    ...saying(error, "The database could not be asked either, so what it did is not known."),
    hint: `Do not run again before this answers: migrate-remote status --stage ${stage}`,
  };
}

function unsettled(error: ResultError, applied: string[], { target: { stage } }: Context): ResultError {
  const known =
    applied.length === 0
      ? "The database's history has nothing new of it"
      : `The database's history has ${applied.join(", ")} of it`;
  return {
    ...saying(error, `${known}; whether it failed, ended, or is still at work is not known.`),
    hint: `Do not run again before you know. What the function wrote: migrate-remote logs --stage ${stage}. What is applied: migrate-remote status --stage ${stage}`,
  };
}

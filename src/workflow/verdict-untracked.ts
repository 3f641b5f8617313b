import type { MigrationEntry, Report } from "../contract/report.js";
import { emptyHistory, historyView } from "./history-view.js";
import type { Evidence, HistoryView, MigrationView, ResultError, RunOutcome } from "./results.js";
import { type Expected, look, missingIn, type Seen } from "./seen-history.js";
import type { Sent } from "./send.js";
import type { StageContext } from "./stage-context.js";
import { failureOutcome, type JudgedRun, judgeReport, nothing, reportError } from "./verdict.js";

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
  const standing = claimed === undefined ? undefined : [...claimed, ...skippedIn(report)];
  const seen = look(after, expected, standing, context);
  const applied = seen.applied ?? claimed;
  const view = await merged(own, after, applied, context);
  const evidence = evidenceOf(seen, context);
  const base = { ...view, evidence, applied: applied ?? [], appliedKnown: applied !== undefined };
  if (!report.success) {
    const error = reportError(report, context);
    return { ...base, outcome: failureOutcome(report, error, base.applied.length), error };
  }
  if (seen.reached === false) {
    const missing = missingIn(after, expected, standing);
    // What only the function says is no line of a list of what stands: the error names it.
    const listed = after.migrations.map(({ revision }) => revision);
    const unconfirmed = missing.filter((revision) => !listed.includes(revision));
    const migrations = base.migrations.filter(({ revision }) => !unconfirmed.includes(revision));
    return { ...base, migrations, ...contradiction(missing, context) };
  }
  return { ...base, outcome: done(applied, own.outcome) };
}

/** What the function passed over because, it says, it had been applied before. */
function skippedIn({ migrations }: Report): string[] {
  return migrations.filter(({ status }) => status === "skipped").map(({ revision }) => revision);
}

/** A repair applies nothing that could be looked for; what history says now is read all the same. */
export async function judgeRepair(
  report: Report,
  after: Report | undefined,
  context: Context,
): Promise<JudgedRun> {
  const own = await judgeReport(report, context);
  return after === undefined ? own : { ...own, ...(await merged(own, after, [], context)) };
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
  const seen = look(after, expected, undefined, context);
  const { reached, applied } = seen;
  const view = await merged(emptyHistory, after, applied, context);
  const evidence = evidenceOf(seen, context);
  const base = { ...view, evidence, applied: applied ?? [], appliedKnown: applied !== undefined };
  if (reached === true) return { ...base, outcome: done(applied, "nothing_to_do") };
  const isFailure = reached === false || error.code === "function_failed";
  if (ended && isFailure) return { ...base, outcome: "failed", error };
  const unsure = { evidence: "none", appliedKnown: false, outcome: "unknown" } as const;
  return { ...base, ...unsure, error: unsettled(error, base.applied, context) };
}

/** What tells nothing is no evidence. */
function evidenceOf({ reached, applied }: Seen, { codec }: Context): Evidence {
  return reached === undefined && applied === undefined ? "report" : codec.verification;
}

/** `own`: what the function's own words come to, where the database has nothing new. */
function done(applied: string[] | undefined, own: RunOutcome): RunOutcome {
  if (applied === undefined) return "succeeded";
  if (applied.length > 0) return "applied";
  return own === "applied" || own === "repaired" ? own : "nothing_to_do";
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
    // That a history table cannot tell what is pending is nothing that the run did.
    problems: [...own.problems, ...view.problems.filter(({ code }) => code !== "pending_unknown")],
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

/** Success that the database does not confirm is none. Another function may be connected to another database. */
function contradiction(missing: string[], { codec, target }: Context): Pick<JudgedRun, "outcome" | "error"> {
  const isElsewhere = codec.verification === "query";
  const same = isElsewhere ? "Look whether both functions are connected to the same database. " : "";
  return {
    outcome: isElsewhere ? "unknown" : "failed",
    error: {
      code: "not_verified",
      message: `The function says that it succeeded, and the database's history does not have ${missing.join(", ")}.`,
      hint: `${same}See what the function wrote: migrate-remote logs --stage ${target.stage}`,
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

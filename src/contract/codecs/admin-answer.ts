import type { Said } from "../answer.js";
import { isObject } from "../json.js";
import type { Operation } from "../operations.js";
import { message } from "../redact.js";
import {
  type DatabaseState,
  databaseStates,
  type MigrationEntry,
  type Problem,
  type Report,
} from "../report.js";
import { topFailure } from "../signs.js";
import { fromWire } from "../wire.js";
import { namesOf, revisionsInMessage, revisionsOf, type Side } from "./revision-texts.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a Lambda of document 001 answers. The document fixes the states and the log lines, not the answer: the words are looked for under the
 * keys that such Lambdas have, in the answer and in its `result` or `data`. What is not understood is not told; any sign of failure outweighs every
 * sign of success, and no sign at all is no success.
 */
export function readAdminAnswer(
  operation: Operation,
  { value, statusCode }: Said,
): Report | { unexpected: string } {
  if (!isObject(value)) return { unexpected: "it is not an object of contract admin-operation" };
  const outer = fromWire(value) as Fields;
  const inner = [outer.result, outer.data, outer.migration].filter(isObject);
  const levels = [outer, ...inner];
  const state = stateOf(levels);
  const failure = failureOf(levels, statusCode);
  if (failure?.kind === "doubt")
    return { unexpected: `it may speak of a failure: ${failure.message.slice(0, 200)}` };
  if (failure === undefined && !saysSuccess(levels, operation, state)) {
    return { unexpected: "it says neither success nor failure in a way that document 001 knows" };
  }
  return {
    operation: operation.kind,
    success: failure === undefined,
    ...(state === undefined ? {} : { state }),
    engine: "alembic",
    // An arrow leads from what was before a run to what is after it, or would be.
    currentRevisions: revisionsUnder(levels, currentKeys, operation.kind === "run" ? "to" : "from"),
    headRevisions: revisionsUnder(levels, headKeys, "to"),
    ...listed(levels, operation),
    ...(failure === undefined ? {} : { error: { code: codeOf(state), message: failure.message } }),
  };
}

const stateKeys = ["state", "migrationState", "databaseState", "currentState", "status"];
const currentKeys = ["currentRevisions", "currentRevision", "currentHeads", "current", "revision"];
const headKeys = ["headRevisions", "headRevision", "heads", "head", "latestRevision"];
const appliedKeys = [
  "appliedMigrations",
  "migrationsApplied",
  "appliedRevisions",
  "migrationsRun",
  "applied",
];
const pendingKeys = ["pendingMigrations", "pendingRevisions", "migrationsPending", "pending"];

function stateOf(levels: Fields[]): DatabaseState | undefined {
  return first(levels, stateKeys, asState) ?? first(levels, ["message"], stateInMessage);
}

function asState(value: unknown): DatabaseState | undefined {
  return databaseStates.find((state) => state === value);
}

function revisionsUnder(levels: Fields[], keys: string[], side: Side): string[] {
  return (
    first(levels, keys, (value) => revisionsOf(value, side)) ??
    first(levels, ["message"], (value) => revisionsInMessage(value, side)) ??
    []
  );
}

/** The document's own log lines, which such Lambdas answer too. */
function stateInMessage(value: unknown): DatabaseState | undefined {
  if (typeof value !== "string") return undefined;
  if (/^\W*(?:Auto-migration: )?Database is (?:already )?up[ -]to[ -]date\b/i.test(value))
    return "up_to_date";
  return asState(/\bMigration state: (\w+)/.exec(value.slice(0, 10_000))?.[1]);
}

function failureOf(levels: Fields[], statusCode: number | undefined) {
  const signs = levels.flatMap((level) => topFailure(withoutStates(level)) ?? []);
  const sign = signs.find(({ kind }) => kind === "failure");
  const status = statusCode !== undefined && (statusCode < 200 || statusCode > 299);
  const failed = sign !== undefined || status || levels.some(({ message }) => saysFailure(message));
  if (!failed) return signs[0];
  const said = messageOf(levels) ?? sign?.message ?? `The function answered with status ${statusCode}.`;
  return { kind: "failure" as const, message: said };
}

/** `pending_migrations` is an answer here, not something that went wrong. */
function withoutStates(level: Fields): Fields {
  return Object.fromEntries(Object.entries(level).filter(([, value]) => asState(value) === undefined));
}

function saysFailure(message: unknown): boolean {
  return (
    typeof message === "string" &&
    /^\W*(?:database |auto-)?migrations? (?:has |have )?failed\b/i.test(message)
  );
}

function messageOf(levels: Fields[]): string | undefined {
  const text = first(levels, ["error", "errorMessage", "message"], (value) =>
    typeof value === "string" && value.trim() !== "" ? value : undefined,
  );
  return text === undefined ? undefined : message(text);
}

const successWords = new Set(["success", "succeeded", "successful", "ok", "completed", "complete", "done"]);

/** For what only reads a state will do; for a run only the one that says that nothing is left. */
function saysSuccess(levels: Fields[], { kind }: Operation, state: DatabaseState | undefined): boolean {
  if (kind !== "run") return state !== undefined;
  if (state === "inconsistent") return false;
  return state === "up_to_date" || levels.some(levelSaysSuccess);
}

function levelSaysSuccess({ success, status, message }: Fields): boolean {
  if (success === true) return true;
  if (typeof status === "string" && successWords.has(status.toLowerCase())) return true;
  return typeof message === "string" && /^\W*Database migrations? completed successfully\b/i.test(message);
}

function codeOf(state: DatabaseState | undefined): string {
  return state === "inconsistent" ? "inconsistent_history" : "migration_failed";
}

function listed(
  levels: Fields[],
  { kind }: Operation,
): Pick<Report, "migrations" | "problems" | "appliedUnknown"> {
  const applied = first(levels, appliedKeys, namesOf);
  const pending = first(levels, pendingKeys, namesOf);
  const count = first(levels, [...pendingKeys, "pendingCount"], (value) =>
    typeof value === "number" && value > 0 ? value : undefined,
  );
  const problems: Problem[] =
    pending === undefined && count !== undefined
      ? [{ code: "plan_unknown", message: `The function says that ${count} are pending, and not which.` }]
      : [];
  return {
    migrations: [
      ...(applied ?? []).map((entry): MigrationEntry => ({ ...entry, status: "applied" })),
      ...(pending ?? []).map((entry): MigrationEntry => ({ ...entry, status: "pending", unchecked: true })),
    ],
    ...(kind === "run" && applied === undefined ? { appliedUnknown: true as const } : {}),
    problems,
  };
}

/** The first of the keys, level by level, under which something stands that can be read. */
function first<T>(levels: Fields[], keys: string[], read: (value: unknown) => T | undefined): T | undefined {
  for (const level of levels) {
    for (const key of keys) {
      const value = Object.hasOwn(level, key) ? read(level[key]) : undefined;
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

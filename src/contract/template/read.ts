import type { Said } from "../answer.js";
import { isObject } from "../json.js";
import type { Operation } from "../operations.js";
import { excerpt, message } from "../redact.js";
import { type DatabaseState, databaseStates, type MigrationEntry, type Report } from "../report.js";
import { topFailure } from "../signs.js";
import { denies, holds } from "./condition.js";
import { parsePointer, valueAt } from "./pointer.js";
import type { ListAt, TemplateReading } from "./template.js";

/** What an answer says, as the template's pointers find it. Nothing is success that does not say so where the template expects it. */
export function readTemplate(
  reading: TemplateReading,
  operation: Operation,
  { value, statusCode }: Said,
): Report | { unexpected: string } {
  const lists = readLists(reading, value);
  const failed = failureOf(reading, value, statusCode) || lists.failed.length > 0;
  if (!failed) {
    const missing = reading.success.find((condition) => !holds(condition, value));
    if (missing !== undefined) return { unexpected: `${place(missing.at)} does not say success` };
    if (lists.missing !== undefined)
      return { unexpected: `there is no list of names at ${place(lists.missing)}` };
    const sign = topFailure(unread(reading, value));
    if (sign !== undefined) return { unexpected: `it says success, and also ${excerpt(sign.message, 200)}` };
  }
  const migrations = migrationsOf(lists);
  if (!failed && new Set(migrations.map(({ revision }) => revision)).size < migrations.length) {
    return { unexpected: "it names a migration twice" };
  }
  const state = stateOf(reading, value, lists);
  return {
    operation: operation.kind,
    success: !failed,
    ...(state === undefined ? {} : { state }),
    currentRevisions: lists.current,
    headRevisions: lists.head,
    migrations,
    ...(operation.kind === "run" && reading.applied === undefined ? { appliedUnknown: true as const } : {}),
    problems: [],
    ...(failed
      ? { error: { code: "migration_failed", message: messageOf(reading, value, statusCode) } }
      : {}),
  };
}

function failureOf(reading: TemplateReading, value: unknown, statusCode: number | undefined): boolean {
  if (statusCode !== undefined && (statusCode < 200 || statusCode > 299)) return true;
  if (reading.failure.some((condition) => holds(condition, value))) return true;
  if (reading.success.some((condition) => denies(condition, value))) return true;
  return reading.error !== undefined && !isEmpty(valueAt(value, reading.error));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

const listNames = ["current", "head", "applied", "pending", "skipped", "failed"] as const;
type Lists = Record<(typeof listNames)[number], string[]> & { missing?: string };

function readLists(reading: TemplateReading, value: unknown): Lists {
  const lists: Lists = { current: [], head: [], applied: [], pending: [], skipped: [], failed: [] };
  for (const name of listNames) {
    const at = reading[name];
    if (at === undefined) continue;
    const told = valueAt(value, at.at);
    // Many tell of failures only where there are some.
    const found = name === "failed" && told === undefined ? null : told;
    // A database without history has no current revision, which is null or the empty text.
    const single = (name === "current" || name === "head") && isName(found);
    const none = (name === "current" || name === "head") && found === "";
    const names = readList(at, single ? [found] : none ? [] : found);
    if (names === undefined) lists.missing = at.at;
    else lists[name] = names;
  }
  return lists;
}

/** More than any project has, and an answer of six megabytes holds millions. */
const mostNames = 100_000;

function readList({ revision, where }: ListAt, found: unknown): string[] | undefined {
  // A list without anything in it is null to Go.
  if (found === null) return [];
  if (!Array.isArray(found)) return undefined;
  const items = found.slice(0, mostNames + 1);
  const names = items
    .filter((item) => where === undefined || holds(where, item))
    .map((item) => valueAt(item, revision));
  const fit = names.length <= mostNames && names.every(isName);
  return fit ? names.map(String) : undefined;
}

function isName(value: unknown): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  return typeof value === "string" && value !== "" && value.length <= 10_000;
}

function migrationsOf({ skipped, applied, failed, pending }: Lists): MigrationEntry[] {
  return [
    ...skipped.map((revision): MigrationEntry => ({ revision, status: "skipped" })),
    ...applied.map((revision): MigrationEntry => ({ revision, status: "applied" })),
    ...failed.map((revision): MigrationEntry => ({ revision, status: "failed" })),
    ...pending.map((revision): MigrationEntry => ({ revision, status: "pending", unchecked: true })),
  ];
}

function stateOf(reading: TemplateReading, value: unknown, lists: Lists): DatabaseState | undefined {
  const said = reading.state === undefined ? undefined : valueAt(value, reading.state.at);
  const meant =
    typeof said === "string" && reading.state !== undefined && Object.hasOwn(reading.state.states, said)
      ? reading.state.states[said]
      : said;
  const state = databaseStates.find((one) => one === meant);
  if (state !== undefined || reading.pending === undefined || lists.missing !== undefined) return state;
  return lists.pending.length > 0 ? "pending_migrations" : "up_to_date";
}

/** What is left of the answer's top when what the template looks at is taken away. */
function unread(reading: TemplateReading, value: unknown): unknown {
  if (!isObject(value)) return value;
  const pointers = [
    ...[...reading.success, ...reading.failure].map(({ at }) => at),
    ...[reading.error, reading.message?.at, reading.state?.at, ...listNames.map((name) => reading[name]?.at)],
  ];
  const looked = new Set(
    pointers.map((pointer) => (pointer === undefined ? undefined : parsePointer(pointer)?.[0])),
  );
  return Object.fromEntries(Object.entries(value).filter(([key]) => !looked.has(key)));
}

function messageOf(reading: TemplateReading, value: unknown, statusCode: number | undefined): string {
  const error = reading.error === undefined ? undefined : valueAt(value, reading.error);
  const explanation = reading.message === undefined ? undefined : valueAt(value, reading.message.at);
  const text = isEmpty(error) ? decoded(explanation, reading.message?.base64 === true) : error;
  if (!isEmpty(text)) return shown(text);
  return (
    topFailure(value)?.message ??
    `The function says that it failed${statusCode === undefined ? "" : ` (status ${statusCode})`}.`
  );
}

function decoded(text: unknown, base64: boolean): unknown {
  return base64 && typeof text === "string" ? Buffer.from(text, "base64").toString("utf8") : text;
}

function shown(value: unknown): string {
  if (typeof value === "string") return message(value);
  try {
    return message(JSON.stringify(value));
  } catch {
    return "The function says that it failed; what it says of it is nested too deep to be shown.";
  }
}

function place(pointer: string): string {
  return pointer === "" ? "the answer" : pointer;
}

import type { Sign } from "./signs.js";
import { wordKind, wordsOf } from "./word-signs.js";

type Kind = Sign["kind"] | undefined;

/** Reads the value of one key; undefined where it says nothing against success. */
type KeyReader = (value: unknown) => Kind;

const errorKeys =
  "error errors errormessage errormsg errortype errorcode errordetails errorinfo err exception exceptions traceback stacktrace failure failures failed failedmigrations failedmigration migrationsfailed";
const successKeys = "success succeeded successful issuccess issuccessful ok";
const exitKeys = "exitcode exitstatus returncode rc";
const statusKeys = "statuscode httpstatus httpstatuscode";
const wordKeys = "status state result outcome conclusion";

const keyReaders: ReadonlyMap<string, KeyReader> = new Map([
  ...each(errorKeys, (value) => (isNothing(value) ? undefined : "failure")),
  ...each(successKeys, readSuccess),
  ...each(exitKeys, (value) => (isZero(value) ? undefined : Number.isInteger(value) ? "failure" : "doubt")),
  ...each(statusKeys, readHttpStatus),
  ...each(wordKeys, readWord),
]);

function each(keys: string, reader: KeyReader): [string, KeyReader][] {
  return keys.split(" ").map((key) => [key, reader]);
}

/** What a key that is known by its whole name says against success with its value. */
export function keyKind(key: string, value: unknown): Kind {
  return keyReaders.get(key.toLowerCase().replace(/[-_\s]/g, ""))?.(value);
}

/**
 * The same of keys that nobody listed, by the words in them: `hasErrors`, `error_count`, `migrationSucceeded`, `timedOut`, `code`. For
 * answers that nobody fixed: there a key that may speak of a failure must not pass.
 */
export function looseKind(key: string, value: unknown): Kind {
  const words = ` ${wordsOf(key)} `;
  if (/ code $/.test(words)) return readCode(value);
  if (/ (?:no|without|zero) (?:errors?|failures?|exceptions?) /.test(words))
    return value === false ? "doubt" : undefined;
  if (/ (?:err|errors?|exceptions?|fail(?:ed|ures?)?) /.test(words)) {
    if (isNothing(value)) return undefined;
    return counting.test(words) && (value === true || typeof value === "number") ? "failure" : "doubt";
  }
  if (/ succe(?:ss|eded|ssful|ssfully) /.test(words)) return value === false ? "failure" : undefined;
  if (/ (?:done|completed?|finished|migrated|applied|executed) $/.test(words))
    return value === false ? "doubt" : undefined;
  return value === true ? wordKind(words) : undefined;
}

const counting = /^ (?:has|had|is|any|num|number|total|count) | (?:count|total|number|num) $/;

/** How programs say that there was no error. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (isZero(value)) return true;
  if (typeof value === "string") return /^\s*(none|null|no|false)?\s*$/i.test(value);
  return typeof value === "object" && Object.keys(value).length === 0;
}

function isZero(value: unknown): boolean {
  return value === 0 || (typeof value === "string" && /^\s*0\s*$/.test(value));
}

function readSuccess(value: unknown): Kind {
  const word = typeof value === "string" ? value.trim().toLowerCase() : value;
  if ([true, 1, "true", "yes", "1"].some((yes) => yes === word)) return undefined;
  return [false, 0, "false", "no", "0"].some((no) => no === word) ? "failure" : "doubt";
}

/** Taken, and not done yet; one part of it; of several things some. */
export const unfinishedStatus: readonly number[] = [202, 206, 207];

function readHttpStatus(value: unknown): Kind {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== "number") return "doubt";
  if (status >= 200 && status <= 299) return unfinishedStatus.includes(status) ? "doubt" : undefined;
  return status >= 400 ? "failure" : "doubt";
}

function readWord(value: unknown): Kind {
  if (typeof value === "number") return value === 0 ? undefined : readHttpStatus(value);
  if (value === false) return "failure";
  return typeof value === "string" ? wordKind(value) : undefined;
}

/** An exit code, a status, a word, or the name of an error: which of them nobody knows. */
function readCode(value: unknown): Kind {
  if (value === null || value === "" || isZero(value)) return undefined;
  const isNumber = typeof value === "number" || (typeof value === "string" && /^\s*-?\d+\s*$/.test(value));
  if (isNumber) return readHttpStatus(Number(value)) === undefined ? undefined : "doubt";
  return typeof value === "string" ? wordKind(value) : undefined;
}

import { isObject, parseJson } from "./json.js";
import { message } from "./redact.js";
import { textSign } from "./text-signs.js";

/** What speaks against success. `failure`: unmistakably. `doubt`: it may mean failure, and nobody can tell. */
export interface Sign {
  kind: "failure" | "doubt";
  /** What was found: one sentence's worth, redacted and cut. */
  message: string;
}

/** Reads one key and its value; undefined where they say nothing against success. */
type KeyReader = (value: unknown) => Sign["kind"] | undefined;

const errorKeys =
  "error errors errormessage errormsg errortype err exception exceptions traceback stacktrace failure failures failed failedmigrations failedmigration migrationsfailed";
const successKeys = "success succeeded successful issuccess ok";
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

/** What the keys of one object, and of nothing below it, say against success: the worst of it. */
export function topFailure(value: unknown): Sign | undefined {
  if (!isObject(value)) return undefined;
  return worstOf(Object.entries(value).flatMap(([key, item]) => keySign(key, item) ?? []));
}

/** What anything in a JSON value says against success, keys and texts at any depth: the worst of it. */
export function anyFailure(value: unknown): Sign | undefined {
  const signs: Sign[] = [];
  const left: Node[] = [{ item: value, depth: 0 }];
  for (let seen = 0, node = left.pop(); node !== undefined; node = left.pop(), seen++) {
    if (seen > mostNodes || node.depth > deepest) {
      signs.push({ kind: "doubt", message: "it is too large to be looked through" });
      break;
    }
    const sign = (node.key === undefined ? undefined : keySign(node.key, node.item)) ?? textSign(node.item);
    if (sign !== undefined) signs.push(sign);
    if (sign?.kind === "failure") break;
    left.push(...inside(node));
  }
  return worstOf(signs);
}

interface Node {
  key?: string;
  item: unknown;
  depth: number;
}

function inside({ item, depth }: Node): Node[] {
  const value =
    typeof item === "string" && /^\s*[[{]/.test(item) ? parseJson(item) : { ok: true, value: item };
  if (!value.ok || typeof value.value !== "object" || value.value === null) return [];
  const named = !Array.isArray(value.value);
  const entries = Object.entries(value.value).slice(0, mostNodes + 1);
  return entries.map(([key, inner]) => ({ ...(named ? { key } : {}), item: inner, depth: depth + 1 }));
}

// An answer may have six million characters; nobody's report of success is this large or this deep.
const mostNodes = 50_000;
const deepest = 12;

function keySign(key: string, value: unknown): Sign | undefined {
  const kind = keyReaders.get(key.toLowerCase().replace(/[-_\s]/g, ""))?.(value);
  if (kind === undefined) return undefined;
  const said = typeof value === "string" ? value : (safeJson(value) ?? "");
  return { kind, message: message(isErrorKey(key) && said !== "true" ? said : `${key}: ${said}`) };
}

function isErrorKey(key: string): boolean {
  return /err|exception|trace|fail/i.test(key);
}

function worstOf(signs: Sign[]): Sign | undefined {
  return signs.find(({ kind }) => kind === "failure") ?? signs[0];
}

/** `JSON.stringify` recurses: what a million brackets would overflow is not shown. */
function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value).slice(0, 4000);
  } catch {
    return undefined;
  }
}

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

function readSuccess(value: unknown): Sign["kind"] | undefined {
  const word = typeof value === "string" ? value.trim().toLowerCase() : value;
  if ([true, 1, "true", "yes", "1"].some((yes) => yes === word)) return undefined;
  return [false, 0, "false", "no", "0"].some((no) => no === word) ? "failure" : "doubt";
}

function readHttpStatus(value: unknown): Sign["kind"] | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== "number") return "doubt";
  if (status >= 200 && status <= 299) return undefined;
  return status >= 400 ? "failure" : "doubt";
}

const badWords =
  /^\W*(fail(ed|ure|ing)?|error(ed|s)?|err|fatal|exception|crash(ed)?|timed?[ _-]?out|abort(ed)?|reject(ed)?|cancel+ed|unsuccessful|not[ _-]?ok|nok|ko)\W*$/i;
const unfinishedWords =
  /^\W*(inconsistent|pending|running|in[ _-]?progress|started|starting|queued|accepted|scheduled|waiting|partial(ly.*)?|incomplete|unknown|locked|busy|skipped|paused|retry(ing)?)\W*$/i;

function readWord(value: unknown): Sign["kind"] | undefined {
  if (typeof value === "number") return value === 0 ? undefined : readHttpStatus(value);
  if (value === false) return "failure";
  if (typeof value !== "string") return undefined;
  if (badWords.test(value)) return "failure";
  return unfinishedWords.test(value) ? "doubt" : undefined;
}

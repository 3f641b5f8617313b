import { message } from "./redact.js";
import type { Sign } from "./signs.js";
import { wordKind } from "./word-signs.js";

/**
 * What a text for people says against success. A text never proves success; this finds what no program writes after one (`failure`) and
 * what may be about a failure (`doubt`). A false alarm costs a look at the logs, a missed one a broken deployment.
 */
export function textSign(value: unknown): Sign | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const constant = isConstant.test(value) ? wordKind(value) : undefined;
  if (constant !== undefined) return { kind: constant, message: message(value) };
  const text = value.slice(0, longest);
  const words = text.replace(named, " ").replace(harmless, " ");
  if (unmistakable.some((pattern) => pattern.test(words)))
    return { kind: "failure", message: message(value) };
  const doubtful =
    value.length > longest ||
    noText.test(text) ||
    doubts.some((pattern) => pattern.test(words)) ||
    noDescription.test(text);
  return doubtful ? { kind: "doubt", message: message(value) } : undefined;
}

const longest = 1_000_000;

// `COMPLETE_WITH_ERRORS`: a state, wherever it stands. In small letters it may be what a migration is called.
const isConstant = /^\s*[A-Z]+(?:[_ -][A-Z]+)*\s*$/;

// `0 errors`, `no failures`, `without error`, `errors: 0`, `error: null`.
const harmless =
  /\b(?:0|no|zero|without(?: any)?)[ \t]+(?:errors?|failures?|failed|exceptions?|warnings?)\b|["']?\b(?:errors?|failures?|failed|exceptions?)["']?[ \t]*[:=][ \t]*(?:0|none|null|false|\[\]|\{\}|""|'')(?![\w.])/gi;

// Names and descriptions of migrations, as Alembic and Prisma tell them while they apply them: `add error codes` is none. A description
// goes up to the end of its line; where the line ends are lost nobody knows where it ends.
const named =
  /\bRunning (?:upgrade|stamp_revision) [^\n>]{0,200}->[^\n]{1,200}\n|\bApplying migration `[\w-]{1,200}`/g;

// What stands on the line of a migration and describes none: the line end before it was lost.
const noDescription =
  /\b(?:could not|couldn't|cannot|unable to|was not|were not|did not|rolled back) |\bmigrations? (?:\w+ )?(?:has |have )?(?:failed|crashed|aborted)\b/i;

const unmistakable = [
  /^\W*(?:(?:fatal|internal|server|database|migration|unhandled|uncaught|runtime)[ _-]*)*(?:error|exception|failed|failure|fatal|panic)\b/i,
  /\bTraceback \(most recent call last\)/,
  /^\w*(?:Error|Exception): /m,
  /\bmigrations? (?:has |have )?(?:failed|crashed|aborted)\b/i,
  /\bfailed to (?:apply|run|execute|connect|migrate)\b/i,
  /\b(?:exited|exit|failed) with (?:exit |status |return )?(?:code|status)[ :=]*[1-9]/i,
  /\bexit(?:ed)?[ _-]?(?:status|code)[ :=]*-?[1-9]/i,
  /\bP(?:1|3)\d{3}\b/,
];

const doubts = [
  /\b(?:error|errors|errored|exceptions?|fail|fails|failed|failures?|failing|fatal|traceback|panic|crash(?:ed)?|abort(?:ed|ing)?)\b/i,
  /\w(?:Error|Exception)\b/,
  /\b(?:non-?zero|sqlstate|deadlock|violat(?:es|ed|ion)|undefined|cancel+(?:ed|ing)|invalid|incorrect|illegal|conflict|missing|mismatch|corrupt(?:ed)?|no such|too many|out of|must be owner|syntax)\b/i,
  /\b(?:denied|refused|rejected|forbidden|unauthori[sz]ed|timed[ -]?out|time-?out|killed|terminated|interrupted|unreachable|unavailable)\b/i,
  /\b(?:could not|couldn't|cannot|can't|unable to|not found|does not exist|doesn't exist|already exists|rolled back|rolling back|not applied|was not|were not|did not|didn't)\b/i,
  /\b(?:bad gateway|gateway time|service unavailable|internal server)\b/i,
];

// A page, a JSON that was cut, bytes that are no text: not something that a migration says.
const noText = /^\s*(?:<|\{|\[\s*["[{])|[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\ufffd]/;

import type { Sign } from "./signs.js";

/** The words of `COMPLETE_WITH_ERRORS`, `completedWithErrors` or `complete (with errors)`, in lower case with one blank between. */
export function wordsOf(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();
}

/** What a word for a state, or a few of them, says against success: undefined where it says nothing. A sentence is not for here. */
export function wordKind(text: string): Sign["kind"] | undefined {
  if (text.length > longest) return undefined;
  const words = wordsOf(text).replace(harmless, " ").trim();
  if (words === "" || words.split(" ").length > mostWords) return undefined;
  // In the middle it may be what something is called: `add_failed_jobs`.
  if (atAnEnd.test(words)) return "failure";
  return anywhere.test(words) || unfinished.test(words) ? "doubt" : undefined;
}

const longest = 120;
const mostWords = 6;

const harmless =
  /\b(?:(?:0|no|nothing|none|zero|without(?: any)?) (?:errors?|failures?|failed|exceptions?|pending|warnings?|skipped)|(?:errors?|failures?|failed|exceptions?|pending|skipped) (?:0|none|null)|not (?:needed|necessary|required))\b/g;

const bad =
  "(?:fail(?:ed|ures?|ing|s)?|error(?:ed|s)?|err|fatal|exceptions?|crash(?:ed)?|timed? ?out|abort(?:ed|ing)?|reject(?:ed)?|cancel+(?:ed|ing|lation|ation)|unsuccessful|not ok|nok|ko|panic|roll(?:ed|ing)? ?back|refused|denied|killed|not (?:applied|migrated|executed|successful|completed?|done))";
const atAnEnd = new RegExp(`^${bad}\\b|\\b${bad}$`);
const anywhere = new RegExp(`\\b${bad}\\b`);
const unfinished =
  /\b(?:inconsistent|pending|running|in ?progress|start(?:ed|ing)|queued|accepted|submitted|scheduled|waiting|processing|applying|migrating|partial(?:ly)?|incomplete|unfinished|unknown|(?:b|dead)?locked|busy|skipped|paused|deferred|postponed|retry(?:ing)?|stopped|terminated|interrupted|degraded|unhealthy|broken|dirty|invalid|issues|problems|not|never)\b/;

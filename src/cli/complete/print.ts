import type { Answer } from "./candidate.js";
import type { Request } from "./request.js";
import { insertion } from "./shell-words.js";

/** More than this nobody looks through, and a shell takes its time to show them. */
const mostCandidates = 500;
const longestAbout = 60;

/** What no terminal should be handed and nobody can type: control characters, and those that turn the direction of writing. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** The answer as the scripts read it. */
export function answerText({ kind, prefix, candidates }: Answer, request?: Request): string {
  const shown = candidates
    .filter(({ value }) => value.startsWith(request?.current ?? "") && !unprintable.test(value))
    .slice(0, mostCandidates)
    .flatMap(({ value, about = "" }) => {
      const typed = request?.typed === undefined ? value : insertion(value, request.typed);
      if (typed === undefined) return [];
      return [about === "" ? typed : `${typed}\t${brief(about)}`];
    });
  return [[kind, prefix].join("\t"), ...shown].map((line) => `${line}\n`).join("");
}

function brief(about: string): string {
  const text = about.split(new RegExp(unprintable, "u")).join(" ").trim();
  return text.length > longestAbout ? `${text.slice(0, longestAbout - 1).trimEnd()}…` : text;
}

import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import type { SourceRevision } from "../project.js";

const empty = new Set(
  "a add and auto change changes changed commit db fix fixes foo bar generated message migrate migration migrations misc more my new revision schema some stuff temp test testing the thing things tmp todo update updates wip work x xxx".split(
    " ",
  ),
);

/** True of a message that names nothing of what changes: `update`, `new migration`, `wip 2`. */
export function isMeaningless(message: string): boolean {
  const words = message
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
  return words.length === 0 || words.every((word) => empty.has(word));
}

export function reviewMessage({ name, file, revision }: SourceRevision): LintFinding[] {
  if (!isMeaningless(name)) return [];
  const fix = 'Say what changes: "Add notifications table", "Add index on users.email".';
  return [lintFinding("meaningless-message", { file, revision }, `"${name}" does not say what changes`, fix)];
}

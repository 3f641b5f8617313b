import { isLintRuleName, lintRuleNames } from "../../contract/lint-rules.js";
import { nearMiss } from "../../contract/near-miss.js";
import { isRuleName, type RuleName, ruleNames } from "../../contract/rules.js";
import { readDirective } from "../../contract/sql/directive.js";
import { lineComments } from "../../contract/sql/lexer.js";
import { type Finding, finding } from "./finding.js";
import type { Statement } from "./statements.js";

/** What a migration's comments allow, statement by statement. */
export interface Allowances {
  /** Rules that may strike, by the statement's index. */
  of: Map<number, Set<RuleName>>;
  /** The migration may go unread. */
  unchecked: boolean;
  /** Comments that mean nothing: whoever wrote them believes otherwise. */
  notes: Finding[];
}

/**
 * `-- migrate-remote: allow drop-column, truncate because …` counts for the statement that it stands before, within, or behind on the same
 * line; `allow unchecked` for the whole migration. Without `statements` nobody could read the migration, and only that can be allowed.
 */
export function readAllowances(sql: string, statements: Statement[] | undefined): Allowances {
  const allowances: Allowances = { of: new Map(), unchecked: false, notes: [] };
  for (const { start, text } of lineComments(sql)) {
    const directive = readDirective(text);
    if (directive === undefined || directive.kind === "no-transaction") continue;
    const line = sql.slice(0, start).split("\n").length;
    const note = (message: string) => allowances.notes.push({ ...finding("unknown-comment", message), line });
    if (directive.kind === "unknown") {
      note(`"${cut(directive.text)}" means nothing: allow RULE, … because REASON`);
      continue;
    }
    const index = statements === undefined ? undefined : ownerOf(start, sql, statements);
    for (const name of directive.rules) {
      // For whoever reviews the files, not the plan.
      if (isLintRuleName(name)) continue;
      if (!isRuleName(name)) note(unknownRule(name));
      else if (name === "unchecked") allowances.unchecked = true;
      else if (index === -1) note(`"allow ${name}" stands behind the last statement: put it before its own`);
      else if (index !== undefined) {
        allowances.of.set(index, (allowances.of.get(index) ?? new Set<RuleName>()).add(name));
      }
    }
  }
  return allowances;
}

/** The statement that a comment belongs to, or -1. */
function ownerOf(at: number, sql: string, statements: Statement[]): number {
  // Each reaches to where the next one begins; the comments between two belong to the later.
  const index = statements.findIndex(({ end }) => at < end);
  const before = index < 0 ? statements.length - 1 : index - 1;
  const previous = statements[before];
  const isBehind = previous !== undefined && !/[\r\n]/.test(sql.slice(previous.end, at));
  return isBehind ? before : index;
}

export function unknownRule(name: string): string {
  const near = nearMiss(name, [...ruleNames, ...lintRuleNames]);
  return `there is no rule ${cut(name)}${near === undefined ? "" : `: did you mean ${near}?`}`;
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

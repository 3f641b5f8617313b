import { readDirective } from "../../contract/sql/directive.js";
import type { PythonSource } from "../python/tokens.js";

/** `# migrate-remote: allow RULE, …`: for which lines, or for the whole file. */
export interface Allowance {
  rules: string[];
  /** First and last line that it covers; absent: the whole file. */
  lines?: [number, number];
}

/**
 * A comment counts for the statement that it stands behind, within or before; outside any function, and at a function's `def`, for the
 * whole file.
 */
export function allowancesIn({ lines, comments }: PythonSource): {
  allowances: Allowance[];
  unknown: { line: number; text: string }[];
} {
  const statements = lines.map(({ indent, tokens }) => ({
    isOutside: indent === 0,
    from: tokens[0]?.line ?? 0,
    to: tokens.at(-1)?.line ?? 0,
  }));
  const found: ReturnType<typeof allowancesIn> = { allowances: [], unknown: [] };
  for (const { text, line, alone } of comments) {
    const directive = readDirective(text.replace(/^#+/, "--"));
    if (directive === undefined || directive.kind === "no-transaction") continue;
    if (directive.kind === "unknown") {
      found.unknown.push({ line, text: directive.text });
      continue;
    }
    const owner = statements.find(({ from, to }) => (alone ? to >= line : from <= line && to >= line));
    const isWhole = owner === undefined || owner.isOutside;
    found.allowances.push({ rules: directive.rules, ...(isWhole ? {} : { lines: [owner.from, owner.to] }) });
  }
  return found;
}

export function isAllowed(allowances: Allowance[], rule: string, line: number | undefined): boolean {
  return allowances.some(({ rules, lines }) => {
    if (!rules.includes(rule)) return false;
    return lines === undefined || (line !== undefined && line >= lines[0] && line <= lines[1]);
  });
}

import { isObject } from "../../contract/json.js";
import { isOn, type Node } from "./ast.js";

/** A statement's kind, such as `DeleteStmt`, and its body. */
export interface Act {
  kind: string;
  node: Node;
}

/**
 * What executing a statement executes: itself, and the statements within it, in CTEs, EXPLAIN ANALYZE, COPY (…) TO, PREPARE, CREATE SCHEMA.
 * Not what is only stored: the bodies of functions, rules and views.
 */
export function executed(statement: Node): Act[] {
  const acts: Act[] = [];
  // A stack of our own: an expression may be nested deeper than ours.
  const open: unknown[] = [statement];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) for (const item of value.toReversed()) open.push(item);
    if (!isObject(value)) continue;
    const entries = Object.entries(value);
    const [kind, node] = entries[0] ?? [];
    if (entries.length === 1 && kind?.endsWith("Stmt") === true && isObject(node)) {
      acts.push({ kind, node });
      if (stored.has(kind) || (kind === "ExplainStmt" && !isOn(node.options, "analyze"))) continue;
    }
    for (const [, inner] of entries.toReversed()) open.push(inner);
  }
  return acts;
}

const stored = new Set(["CreateFunctionStmt", "RuleStmt", "ViewStmt"]);

import { argument, type Operation, textOf } from "./operations.js";

/** Which operations a rule of the plan's review strikes. */
const strikes: Record<string, string[]> = {
  "drop-table": ["drop_table"],
  "drop-column": ["drop_column"],
  "index-without-concurrently": ["create_index"],
  "drop-index-without-concurrently": ["drop_index"],
  "constraint-without-not-valid": ["create_foreign_key", "create_check_constraint", "add_column"],
  "unique-without-index": ["create_unique_constraint", "create_primary_key", "create_exclude_constraint"],
  "set-not-null": ["alter_column"],
  "narrow-type": ["alter_column"],
  "rewrite-table": ["alter_column", "add_column"],
  "not-null-without-default": ["add_column"],
  "volatile-default": ["add_column"],
};

/** The line of the operation that a finding in rendered SQL most likely came from: of those that fit, the one that it names most of. */
export function lineOfFinding(rule: string, message: string, operations: Operation[]): number | undefined {
  const fitting = [...(strikes[rule] ?? []), "execute"];
  const scored = operations
    .filter(({ name }) => fitting.includes(name))
    .map((operation) => ({ line: operation.line, score: score(operation, message) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored.find(({ score }) => score === best)?.line;
}

function score(operation: Operation, message: string): number {
  if (operation.name === "execute") {
    const words = new Set((textOf(operation.args[0]) ?? "").match(/\w+/g));
    return [...words].some((word) => word.length > 2 && mentions(message, word)) ? 1 : 0;
  }
  const texts = [0, 1]
    .map((index) => textOf(argument(operation, index)))
    .filter((text) => text !== undefined);
  return 1 + texts.filter((text) => mentions(message, text)).length;
}

function mentions(message: string, name: string): boolean {
  return ` ${message} `.split(/[^\w]+/).includes(name);
}

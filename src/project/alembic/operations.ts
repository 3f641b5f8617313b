import type { LogicalLine } from "../python/tokens.js";
import { type Call, callsOf, type Value } from "../python/values.js";
import type { PythonFunction } from "./functions.js";

/** One `op.NAME(…)`, those of a batch with the table put where `op` has it. `execute` stands for a connection's own too. */
export interface Operation {
  name: string;
  args: Value[];
  keywords: Map<string, Value>;
  line: number;
}

/** The operations of a function in the order in which they are written. What helper functions do is not seen. */
export function operationsOf({ body }: PythonFunction): Operation[] {
  const batches = new Map<string, Value>();
  return body.flatMap((line) => {
    const calls = callsOf(line.tokens);
    const batch = calls.find(({ name }) => name === "op.batch_alter_table");
    const alias = batch === undefined ? undefined : aliasOf(line);
    const table = batch?.args[0] ?? batch?.keywords.get("table_name");
    if (alias !== undefined && table !== undefined) batches.set(alias, table);
    return calls.flatMap((call) => operation(call, batches));
  });
}

function aliasOf({ tokens }: LogicalLine): string | undefined {
  const at = tokens.findLastIndex(({ text, kind }) => kind === "name" && text === "as");
  return at < 0 ? undefined : tokens[at + 1]?.text;
}

function operation({ name, args, keywords, line }: Call, batches: Map<string, Value>): Operation[] {
  const [object = "", method = "", more] = name.split(".");
  if (more !== undefined) return [];
  if (method === "execute") return [{ name: "execute", args, keywords, line }];
  if (object === "op") return [{ name: method, args, keywords, line }];
  const table = batches.get(object);
  if (table === undefined) return [];
  // `op.create_index(name, table, …)`, and for most others the table comes first.
  const isNamedFirst = /^(?:create|drop)_.*(?:index|key|constraint)$/.test(method);
  const [first, ...rest] = args;
  const placed = isNamedFirst ? [first ?? { kind: "none" as const }, table, ...rest] : [table, ...args];
  return [{ name: method, args: placed, keywords, line }];
}

/** An argument by its place or its keyword. */
export function argument(
  { args, keywords }: Operation | Call,
  index: number,
  ...names: string[]
): Value | undefined {
  const keyword = names.map((name) => keywords.get(name)).find((value) => value !== undefined);
  return keyword ?? args[index];
}

/** A string, also within `op.f(…)` and `sa.text(…)`. */
export function textOf(value: Value | undefined): string | undefined {
  if (value?.kind === "string") return value.text;
  if (value?.kind !== "call" || !/(?:^|\.)(?:f|text|DDL)$/.test(value.name)) return undefined;
  return textOf(value.args[0]);
}

/** A list of strings; undefined where one of them is none. */
export function textsOf(value: Value | undefined): string[] | undefined {
  if (value?.kind === "string") return [value.text];
  if (value?.kind !== "list") return undefined;
  const texts = value.items.map(textOf);
  return texts.some((text) => text === undefined) ? undefined : (texts as string[]);
}

/** Calls among arguments, by the last part of their name: `Column` for `sa.Column(…)`. */
export function callsAmong(values: Iterable<Value>, ...names: string[]): Call[] {
  return [...values].filter((value): value is Call => {
    return value.kind === "call" && names.includes(value.name.split(".").at(-1) ?? "");
  });
}

export function isTrue(value: Value | undefined): boolean {
  return value?.kind === "boolean" && value.value;
}

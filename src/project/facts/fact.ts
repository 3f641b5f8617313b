import type { contractNames } from "../../contract/contract.js";

/** One thing that a file of the repository says, and where. Names may hold `{stage}` and `{region}` where the file has a variable. */
export type Fact = { where: string } & (
  | { kind: "project"; name: string }
  | { kind: "stage"; name: string }
  | { kind: "region"; region: string }
  | { kind: "account"; account: string }
  | { kind: "database"; engine: "instance" | "cluster"; identifier: string }
  /** The environment variable that makes any event migrate. */
  | { kind: "auto_migrate" }
  | FunctionFact
  | HandlerFact
  | InvocationFact
);

/** A Lambda that the infrastructure declares. */
export interface FunctionFact {
  kind: "function";
  /** Its label in the file. */
  label: string;
  /** Undefined where the tool makes the name up, or it is computed. */
  name: string | undefined;
  /** As the tool has it: path.export, relative to the file that says it or to a folder that nobody names. */
  handler: string | undefined;
  /** The file of the handler, where one and no other can be meant; relative to the root. */
  code?: string;
}

/** Code that can be a Lambda's handler and whose contract can be told from what it does. */
export interface HandlerFact {
  kind: "handler";
  /** Relative to the root. */
  file: string;
  exported: string;
  /** `query`: the second function of `applied-list`, which only reads. */
  contract: (typeof contractNames)[number] | "query";
  why: string;
}

/** Somebody invokes a Lambda today. */
export interface InvocationFact {
  kind: "invocation";
  name: string;
  /** What is sent: undefined where that is computed. */
  event: "none" | "{}" | "admin_operation" | "sql" | undefined;
}

/** Where it stands, as people and editors write it. */
export function at(file: string, text: string, offset: number): string {
  let line = 1;
  for (let end = text.indexOf("\n"); end >= 0 && end < offset; end = text.indexOf("\n", end + 1)) line += 1;
  return `${file}:${line}`;
}

/** The first matches; nobody declares more, and what is made to be slow is not read to its end. */
export function* matches(text: string, pattern: RegExp): Generator<RegExpExecArray> {
  let count = 0;
  for (const match of text.matchAll(pattern)) {
    yield match;
    count += 1;
    if (count === 200) return;
  }
}

/** Environments as people call them; anything else in their place may be anything. */
export const knownStage =
  /^(dev|develop|development|qa|test|testing|int|integration|uat|stag|stage|staging|preprod|pre-prod|preview|demo|sandbox|prod|production|live)$/;

/** What `${…}` and the like stands for; undefined where that cannot be told, and then nothing can. */
export function fill(
  text: string,
  pattern: RegExp,
  resolve: (expression: string) => string | undefined,
): string | undefined {
  let known = true;
  const filled = text.replace(pattern, (_, ...groups: unknown[]) => {
    const expression = groups.find((group) => typeof group === "string") as string | undefined;
    const value = resolve((expression ?? "").trim());
    if (value === undefined) known = false;
    return value ?? "";
  });
  return known ? filled : undefined;
}

/** A variable by its last name: the stage, the region, or neither. */
export function usualVariable(expression: string): string | undefined {
  const last = expression.split(/[.:]/).at(-1)?.trim() ?? "";
  if (/^(stage|env|environment|stage_?name|env_?name|environment_?name|workspace|deploy_?env)$/i.test(last))
    return "{stage}";
  if (/^(aws_?)?(default_?)?region$/i.test(last)) return "{region}";
  return undefined;
}

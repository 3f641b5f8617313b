import { at, type Fact, fill, knownStage, matches, usualVariable } from "./fact.js";

/** Infrastructure that is a program: SST, CDK, serverless.ts. */
export const isProgram =
  /(^|\/)(sst\.config|serverless)\.[cm]?[jt]s$|(^|\/)(infra|infrastructure|stacks?|cdk|lib|bin)\/[\w./-]+\.[cm]?[jt]s$/;
const isAbout = /\bsst\b|aws-cdk-lib|@aws-cdk|@serverless|\bserverlessConfiguration\b|aws_lambda|@pulumi/;

/** What is written out in it; nothing is executed, so what is computed is unknown. */
export function readProgram(file: string, text: string): Fact[] {
  if (!isAbout.test(text)) return [];
  const facts: Fact[] = [];
  const app = /\b(?:app|config)\s*\([^)]*\)\s*\{\s*return\s*\{[^{}]*?\bname\s*:\s*["'`]([\w.-]+)["'`]/.exec(
    text,
  );
  const service = /\bservice\s*:\s*["'`]([\w.-]+)["'`]/.exec(text);
  const named = app ?? service;
  if (named?.[1] !== undefined) facts.push({ kind: "project", name: named[1], where: whereOf(named) });
  const resolve = (said: string) =>
    /(^|\.)(app|\$app)\.name$/.test(said) ? named?.[1] : usualVariable(said);
  const filled = (value: string) => fill(value, /\$\{([^{}]*)\}/g, resolve);

  for (const match of matches(
    text,
    /\bstage\s*={2,3}\s*["'`]([\w-]+)["'`]|\[((?:\s*["'`][\w-]+["'`]\s*,?)+)\]\s*\.includes\(\s*[\w.$?]*stage/g,
  )) {
    for (const [, name = ""] of (match[2] ?? `"${match[1]}"`).matchAll(/["'`]([\w-]+)["'`]/g)) {
      if (knownStage.test(name)) facts.push({ kind: "stage", name, where: whereOf(match) });
    }
  }
  for (const match of matches(text, /\bregion\s*:\s*["'`]([\w-]+)["'`]/g)) {
    facts.push({ kind: "region", region: match[1] ?? "", where: whereOf(match) });
  }
  for (const match of matches(text, /\baccount\s*:\s*["'`](\d{12})["'`]/g)) {
    facts.push({ kind: "account", account: match[1] ?? "", where: whereOf(match) });
  }
  for (const match of matches(text, /\b(instance|cluster)Identifier\s*:\s*["'`]([^"'`\n]+)["'`]/g)) {
    const identifier = filled(match[2] ?? "");
    const engine = match[1] === "cluster" ? "cluster" : "instance";
    if (identifier !== undefined) facts.push({ kind: "database", engine, identifier, where: whereOf(match) });
  }
  for (const match of matches(text, /\bhandler\s*:\s*["'`]([^"'`\n]+)["'`]/g)) {
    const { body, label } = surroundings(text, match.index);
    const name = /\b(?:functionName|name)\s*:\s*(?:["'`])([^"'`\n]+)["'`]/.exec(body)?.[1];
    facts.push({
      kind: "function",
      label,
      name: name === undefined ? undefined : filled(name),
      handler: filled(match[1] ?? ""),
      where: whereOf(match),
    });
  }
  return facts;

  function whereOf({ index }: RegExpExecArray): string {
    return at(file, text, index);
  }
}

/** The object literal around a place without what is nested in it, and the name before it: `new Function(stack, "Migrate", {`. */
function surroundings(text: string, place: number): { body: string; label: string } {
  let depth = 0;
  let start = place;
  // No object of this kind is so long; a file of brackets must not cost its square.
  const before = Math.max(0, place - 5_000);
  for (; start > before; start--) {
    if (text[start] === "}") depth += 1;
    else if (text[start] === "{" && depth-- === 0) break;
  }
  let body = "";
  depth = 0;
  for (let index = start + 1; index < Math.min(text.length, start + 10_000); index++) {
    const character = text[index] ?? "";
    // `${` belongs to a text.
    if (character === "{" && text[index - 1] !== "$") depth += 1;
    else if (character === "}" && depth > 0) depth -= 1;
    else if (character === "}" && !/\$\{[^{}]*$/.test(text.slice(Math.max(0, index - 200), index))) break;
    if (depth === 0) body += character;
  }
  const label =
    /["'`]?([\w-]+)["'`]?\s*[,:]\s*$/.exec(text.slice(Math.max(0, start - 200), start))?.[1] ?? "";
  return { body, label };
}

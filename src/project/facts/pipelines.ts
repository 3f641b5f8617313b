import { at, type Fact, fill, type InvocationFact, knownStage, matches, usualVariable } from "./fact.js";

/** Where commands are kept that people and pipelines run today. */
export const isPipeline =
  /^\.github\/workflows\/[^/]+\.ya?ml$|(^|\/)(\.gitlab-ci\.yml|buildspec\.ya?ml|Makefile|justfile|bitbucket-pipelines\.yml)$|(^|\/)scripts?\/[\w./-]+\.(sh|bash)$|(^|\/)[\w-]*(deploy|migrat)[\w-]*\.sh$/;

const option = (name: string) =>
  new RegExp(`--${name}[ =]+("[^"\\n]*"|'[^'\\n]*'|\\$\\{\\{[^}\\n]*\\}\\}|[^\\s"']+)`);
const variable = /\$\{\{([^{}]*)\}\}|\$\{([^{}]*)\}|\$(\w+)/g;

export function readPipeline(file: string, text: string): Fact[] {
  const facts: Fact[] = [];
  const where = ({ index }: { index: number }) => at(file, text, index);
  for (const match of matches(
    text,
    /aws(?:\s+--[\w-]+[ =]\S+)*\s+lambda\s+invoke\b(?:[^\n\\]|\\\r?\n|\\.)*/g,
  )) {
    const fact = invocation(match[0]);
    if (fact !== undefined) facts.push({ ...fact, where: where(match) });
  }
  for (const match of matches(text, /--db-(instance|cluster)-identifier[ =]+("[^"\n]*"|[^\s"'\\]+)/g)) {
    const identifier = known(unquoted(match[2] ?? ""));
    const engine = match[1] === "cluster" ? "cluster" : "instance";
    if (identifier !== undefined) facts.push({ kind: "database", engine, identifier, where: where(match) });
  }
  for (const match of matches(
    text,
    /(?:\baws-region\s*:|\bAWS_(?:DEFAULT_)?REGION\s*[:=]|--region[ =])\s*["']?([a-z]{2,6}(?:-[a-z]+)+-\d)\b/g,
  )) {
    facts.push({ kind: "region", region: match[1] ?? "", where: where(match) });
  }
  for (const match of matches(text, /arn:aws[\w-]*:iam::(\d{12}):role\//g)) {
    facts.push({ kind: "account", account: match[1] ?? "", where: where(match) });
  }
  if (!/\.ya?ml$/.test(file)) return facts;
  for (const match of matches(
    text,
    /^[ \t]*(?:environment|stage|name)[ \t]*:[ \t]*["']?([\w-]+)["']?[ \t]*$|^[ \t]*-[ \t]*["']?([\w-]+)["']?[ \t]*$/gm,
  )) {
    const name = match[1] ?? match[2] ?? "";
    if (isStage(name)) facts.push({ kind: "stage", name, where: where(match) });
  }
  // options: [dev, qa, prod], of an input, or of a matrix.
  for (const match of matches(
    text,
    /\b(?:options|stages?|environments?)[ \t]*:[ \t]*\[([^[\]\n]{1,300})\]/g,
  )) {
    for (const word of (match[1] ?? "").split(",")) {
      const name = unquoted(word.trim());
      if (isStage(name)) facts.push({ kind: "stage", name, where: where(match) });
    }
  }
  return facts;
}

/** A job or a step may be called `test`; an environment that is called so has other witnesses. */
function isStage(name: string): boolean {
  return knownStage.test(name) && !/^(test|testing|live|int)$/.test(name);
}

function invocation(command: string): InvocationFact | undefined {
  const name = known(unquoted(option("function-name").exec(command)?.[1] ?? ""));
  if (name === undefined || !/^[\w.:{}-]+$/.test(name)) return undefined;
  const payload = option("payload").exec(command)?.[1];
  return { kind: "invocation", name, event: payload === undefined ? "none" : eventOf(unquoted(payload)) };
}

function eventOf(payload: string): InvocationFact["event"] {
  if (/^\{\s*\}$/.test(payload)) return "{}";
  if (payload.includes("admin_operation")) return "admin_operation";
  return /^\{\s*\\?"sql\\?"/.test(payload) ? "sql" : undefined;
}

function known(text: string): string | undefined {
  return fill(text, variable, usualVariable);
}

function unquoted(text: string): string {
  return text.replace(/^["']|["']$/g, "");
}

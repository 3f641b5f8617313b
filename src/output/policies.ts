import type { InitPoliciesResult } from "../workflow/results/init.js";
import type { Style } from "./style.js";
import { oneLine, wrapped } from "./text.js";

type Policy = InitPoliciesResult["stages"][number]["policies"][number];

/** Every policy as IAM takes it, between what to know of it and what each statement is for. */
export function policiesText({ stages }: InitPoliciesResult, style: Style): string[] {
  const stage = stages[0]?.stage ?? "";
  return [
    ...stages.flatMap(({ policies }) => policies.flatMap((policy) => policyLines(policy, style))),
    mark(
      style.good("✓"),
      "Nothing was written, and AWS was asked nothing. As data, to hand on: " +
        `migrate-remote init --iam --stage ${stage} --json`,
      style,
    ),
  ];
}

function policyLines(policy: Policy, style: Style): string[] {
  const { title, notes, documents, trust, parts } = policy;
  const many =
    documents.length > 1
      ? ["", `  ${documents.length} policies, since one would be too long: attach all of them.`]
      : [];
  return [
    style.strong(oneLine(title)),
    ...notes.map((note) => mark(style.dim("○"), note, style)),
    ...many,
    ...documents.flatMap((document) => ["", ...json(document)]),
    ...(trust === undefined
      ? []
      : ["", style.dim(`Its trust policy, ${trust.who}:`), "", ...json(trust.document)]),
    "",
    ...parts.flatMap((part) => partLines(part, style)),
    "",
  ];
}

function partLines({ sid, purpose, commands }: Policy["parts"][number], style: Style): string[] {
  const who = commands.length === 0 ? "" : ` (${commands.join(", ")})`;
  return mark(style.dim("·"), `${sid}: ${purpose}${who}`, style).split("\n");
}

function mark(sign: string, text: string, style: Style): string {
  return `${sign} ${wrapped(oneLine(text), style)}`;
}

function json(document: object): string[] {
  return JSON.stringify(document, null, 2).split("\n");
}

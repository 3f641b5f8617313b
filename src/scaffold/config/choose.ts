import type { ContractConfig } from "../../config/contract.js";
import type { PackageConfig } from "../../config/package.js";
import type { Fact, HandlerFact } from "../../project/facts/fact.js";
import type { Choices, DatabaseChoice, LocalChoice, Said } from "./choices.js";
import { type FarSide, farSideOf } from "./far-side.js";
import { templated } from "./names.js";
import { rankOf, sameStage } from "./usual-order.js";

/** A person's word, which comes before everything seen. */
export interface Answers {
  contract?: ContractConfig;
  functionName?: string;
  stages?: string[];
  /** The handler that is written in the same go: then the far side is ours. */
  written?: { handler: string; environment: Record<string, string>; package: PackageConfig; file: string };
}

const newNames = [
  "{project}-migrate-{stage}",
  "{project}-migrate-remote-{stage}",
  "{project}-migrate-remote-2-{stage}",
] as const;

const region = /^[a-z]{2,6}(-[a-z]{2,12}){1,3}-\d{1,2}$/;

/** From what was seen to what the file says. Where two things were seen and one can be said, it is left out and noted. */
export function choose(facts: Fact[], answers: Answers): Choices {
  const project = projectOf(facts);
  const seen = farSideOf(facts, project.value);
  const stages = answers.stages?.map((value) => ({ value, where: "as you said" })) ?? stagesOf(facts, seen);
  const notes =
    answers.written === undefined
      ? [...seen.notes, ...autoMigrateNote(facts)]
      : takenNotes(seen, answers, project.value);
  const single = (what: string, all: Said[]): Said | undefined => {
    const distinct = [...new Map(all.map((one) => [one.value, one])).values()];
    if (distinct.length > 1) {
      const list = distinct.map(({ value, where }) => `${value} (${where})`).join(", ");
      notes.push(`Several were seen for ${what}, so the file says none: ${list}.`);
    }
    return distinct.length === 1 ? distinct[0] : undefined;
  };
  const databases = databasesOf(facts, project.value, stages, notes);
  const { contract, functionName } = farSide(seen, answers, project.value, single);
  // An ARN says both, and nothing else may say another.
  const isArn = functionName?.value.startsWith("arn:") === true;
  const regions = ofKind(facts, "region").filter((one) => region.test(one.region));
  const accounts = ofKind(facts, "account");
  return {
    project,
    stages,
    region: isArn
      ? undefined
      : single(
          "the region",
          regions.map(({ region: value, where }) => ({ value, where })),
        ),
    account: isArn
      ? undefined
      : single(
          "the account",
          accounts.map(({ account: value, where }) => ({ value, where })),
        ),
    databases,
    notes,
    contract,
    functionName,
    local: answers.written === undefined ? localOf(facts, seen) : ofWritten(answers.written),
    package: answers.written?.package,
  };
}

function farSide(
  seen: FarSide,
  { contract, functionName, written }: Answers,
  project: string,
  single: (what: string, all: Said[]) => Said | undefined,
): Pick<Choices, "contract" | "functionName"> {
  const named = functionName === undefined ? undefined : { value: functionName, where: "as you said" };
  if (written !== undefined) {
    // A name that nothing here has yet: the Lambda that has it may migrate on any event.
    const value = newNames.find((name) => !seen.taken.includes(name));
    const made = value === undefined ? undefined : { value, where: "new: nothing here has this name" };
    return {
      contract: { value: "migrate-remote", where: "the handler that is written" },
      functionName: named ?? made,
    };
  }
  const template =
    functionName === undefined ? undefined : (templated(functionName, project)?.template ?? functionName);
  // What was seen is of the Lambda that was seen.
  const isOther = template !== undefined && seen.names.some(({ value }) => value !== template);
  const known = isOther ? undefined : seen.contract;
  return {
    contract: contract === undefined ? known : { value: contract, where: "as you said" },
    functionName: named ?? single("the migration Lambda", seen.names),
  };
}

function autoMigrateNote(facts: Fact[]): string[] {
  const where = ofKind(facts, "auto_migrate").map((one) => one.where);
  if (where.length === 0) return [];
  return [
    `AUTO_MIGRATE is on in ${where.join(", ")}: a Lambda that has it may migrate on any event, also when its status is asked, and a protected stage refuses to send it one. Set it to false there, and migrate with migrate-remote run.`,
  ];
}

/** Its code is still what it was. */
function takenNotes({ taken }: FarSide, { functionName }: Answers, project: string): string[] {
  if (functionName === undefined) return [];
  const template = templated(functionName, project)?.template ?? functionName;
  if (!taken.includes(template)) return [];
  return [
    `A Lambda called ${functionName} is there already. Until the new handler is deployed to it, ask nothing else of its stages: what is there now may answer by migrating.`,
  ];
}

/** What infrastructure calls itself comes before what a package is called. */
function projectOf(facts: Fact[]): Said {
  const [first] = ofKind(facts, "project").filter(({ name }) => /^[\w.-]{1,100}$/.test(name));
  return first === undefined
    ? { value: "app", where: "nothing says one" }
    : { value: first.name, where: first.where };
}

/** Where a stage comes from that is only there to have one. */
export const noStagesSeen = "an example: no stages were seen";

function stagesOf(facts: Fact[], seen: FarSide): Said[] {
  const chosen: Said[] = [];
  const all = [...seen.stages, ...ofKind(facts, "stage").map(({ name: value, where }) => ({ value, where }))];
  for (const one of all) {
    if (rankOf(one.value) >= 0 && !chosen.some(({ value }) => sameStage(value, one.value))) chosen.push(one);
  }
  const usual = ["dev", "prod"].map((value) => ({ value, where: noStagesSeen }));
  return (chosen.length === 0 ? usual : chosen).sort((a, b) => rankOf(a.value) - rankOf(b.value));
}

function databasesOf(
  facts: Fact[],
  project: string,
  stages: Said[],
  notes: string[],
): Map<string, DatabaseChoice> {
  const found = new Map<string, DatabaseChoice>();
  const undecided = new Set<string>();
  for (const { engine, identifier, where } of ofKind(facts, "database")) {
    const fit = /[:._]/.test(identifier.replace(/\{\w+\}/g, "")) ? undefined : templated(identifier, project);
    if (fit === undefined) continue;
    const isFor = fit.template.includes("{stage}")
      ? stages.filter(({ value }) => fit.stage === undefined || fit.stage === value)
      : stages.length === 1
        ? stages
        : [];
    if (isFor.length === 0) undecided.add(`${identifier} (${where})`);
    for (const { value } of isFor) {
      const before = found.get(value);
      if (before !== undefined && before.identifier !== fit.template)
        undecided.add(`${identifier} (${where})`);
      else found.set(value, { engine, identifier: fit.template, where });
    }
  }
  if (undecided.size > 0) {
    notes.push(
      `Which stage these databases belong to, or which of several it is, could not be seen: ${[...undecided].join(", ")}. Say it as the stage's \`database\`.`,
    );
  }
  return found;
}

function ofWritten({ handler, environment, file }: NonNullable<Answers["written"]>): LocalChoice {
  const set = Object.keys(environment).length === 0 ? {} : { environment };
  return { handler: { value: handler, where: file }, contract: "migrate-remote", ...set };
}

/** The handler that runs in AWS, else the only one there is; in a language that a local stage runs as it is. */
function localOf(facts: Fact[], seen: FarSide): LocalChoice | undefined {
  const usable = ofKind(facts, "handler").filter(({ file }) =>
    /^[^.]*\.(py|[cm]?js)$/.test(file.split("/").at(-1) ?? ""),
  );
  const migrating = usable.filter(({ contract }) => contract !== "query");
  const ours = migrating.filter(({ contract }) => contract === "migrate-remote");
  const chosen =
    migrating.find((one) => one === seen.handler) ?? (ours.length > 0 ? ours[0] : onlyOf(migrating));
  if (chosen === undefined || chosen.contract === "query") return undefined;
  const query = onlyOf(usable.filter(({ contract }) => contract === "query"));
  const handler = { value: pathOf(chosen), where: `${chosen.where}, ${chosen.why}` };
  const contract = chosen.contract;
  if (contract !== "applied-list" || query === undefined || !hasQuery(seen.contract?.value))
    return { handler, contract };
  return { handler, contract: seen.contract?.value ?? contract, queryHandler: pathOf(query) };
}

function hasQuery(contract: ContractConfig | undefined): boolean {
  return typeof contract === "object" && "queryFunction" in contract;
}

function pathOf({ file, exported }: HandlerFact): string {
  return `${file.replace(/\.\w+$/, "")}.${exported}`;
}

function onlyOf<T>(all: T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

function ofKind<K extends Fact["kind"]>(facts: Fact[], kind: K): Extract<Fact, { kind: K }>[] {
  return facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
}

import { contractNames } from "../contract/contract.js";
import { suggestion } from "../contract/near-miss.js";
import { oneOf, valueAt } from "./issues.js";
import type { ConfigProblem, ParsedText } from "./parse.js";
import { isProtected } from "./protected.js";

/**
 * What must agree between parts of the file. Reads the value as it stands, not as zod parsed it, so that these problems are told
 * together with those of shape.
 */
export function inconsistencies(parsed: ParsedText): ConfigProblem[] {
  const stages = entries(valueAt(parsed.value, ["stages"]));
  return [
    ...stages.flatMap(([name, stage]) => ofStage(parsed, name, stage)),
    ...missingContracts(parsed, stages),
    ...unknownDefault(parsed, stages),
  ];
}

type Stage = Record<string, unknown>;

// What says 'this stage is in AWS'. In a local stage it would be ignored, and whoever wrote it believes otherwise.
const ofAws = ["profile", "roleArn", "mfaSerial", "account", "endpoint", "package"];

function ofStage(parsed: ParsedText, name: string, stage: Stage): ConfigProblem[] {
  const path = ["stages", name];
  const problems: ConfigProblem[] = [];
  if (Object.hasOwn(stage, "local")) {
    const aws = ofAws.filter((key) => Object.hasOwn(stage, key));
    if (String(stage.function ?? "").includes(":function:")) aws.push("function");
    for (const key of aws) {
      const message = `means nothing here: stage \`${name}\` is local and never talks to AWS. Move it to another stage`;
      problems.push(parsed.problem([...path, key], message, "key"));
    }
  }
  const database = stage.database;
  if (isObject(database) && "instance" in database === "cluster" in database) {
    problems.push(
      parsed.problem([...path, "database"], "must have one of `instance` (RDS) and `cluster` (Aurora)"),
    );
  }
  if (stage.snapshot === "none" && isProtected(name, stage)) {
    const message = `stage \`${name}\` is protected: going without a snapshot takes a reason, {"none": "why"}`;
    problems.push(parsed.problem([...path, "snapshot"], message));
  }
  const role = stage.roleArn ?? valueAt(parsed.value, ["roleArn"]);
  if (stage.mfaSerial !== undefined && role === undefined && stage.local === undefined) {
    const message = "goes with `roleArn`: it is assuming a role that asks for the code";
    problems.push(parsed.problem([...path, "mfaSerial"], message, "key"));
  }
  return problems;
}

function missingContracts(parsed: ParsedText, stages: [string, Stage][]): ConfigProblem[] {
  if (valueAt(parsed.value, ["contract"]) !== undefined) return [];
  const without = stages.filter(([, stage]) => stage.contract === undefined).map(([name]) => name);
  if (without.length === 0 && stages.length > 0) return [];
  const choices = oneOf(contractNames.map((name) => JSON.stringify(name)));
  const why = "There is no default: a Lambda asked in the wrong contract may answer by migrating";
  if (without.length === stages.length) {
    return [parsed.problem(["contract"], `is missing: say ${choices}. ${why}`)];
  }
  return without.map((name) =>
    parsed.problem(["stages", name, "contract"], `is missing, here and at the top: say ${choices}. ${why}`),
  );
}

function unknownDefault(parsed: ParsedText, stages: [string, Stage][]): ConfigProblem[] {
  const chosen = valueAt(parsed.value, ["defaultStage"]);
  const names = stages.map(([name]) => name);
  if (typeof chosen !== "string" || names.length === 0 || names.includes(chosen)) return [];
  const known = suggestion(chosen, names) || ` (stages: ${names.join(", ")})`;
  return [parsed.problem(["defaultStage"], `is not one of the stages${known}`)];
}

function entries(value: unknown): [string, Stage][] {
  return isObject(value)
    ? Object.entries(value).map(([name, stage]) => [name, isObject(stage) ? stage : {}])
    : [];
}

function isObject(value: unknown): value is Stage {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

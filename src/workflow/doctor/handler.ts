import type { Target } from "../../config/target.js";
import { wireOperations } from "../../contract/codecs/migrate-remote.js";
import type { Report } from "../../contract/report.js";
import { howToDeploy } from "../deploy/how-to-deploy.js";
import type { Check } from "../results/doctor.js";
import type { StageContext } from "../stage-context.js";
import type { Asked } from "./asked.js";
import { check } from "./check.js";

export interface HandlerFacts {
  target: Target;
  codec: StageContext["codec"];
  /** This program's. */
  version: string;
}

/** Whether the function speaks the contract that the configuration says, and how old it is. */
export function handlerChecks(facts: HandlerFacts, asked: Asked): Check[] {
  const { codec, target } = facts;
  const say = check("contract_answer");
  switch (asked.kind) {
    case "unsent":
      return [say.unknown(`Whether it speaks contract ${codec.contract} is not known: it was not asked.`)];
    case "late":
    case "unanswered":
      return [say.unknown(`Whether it speaks contract ${codec.contract} is not known: it did not answer.`)];
    case "failed":
      return [
        say.failed(
          asked.error.answer === undefined
            ? asked.error.message
            : `${asked.error.message} It answered: ${asked.error.answer}`,
          asked.error.hint ?? `See what it wrote: migrate-remote logs --stage ${target.stage}`,
        ),
      ];
    case "report":
      return [
        say.ok(`It answers as contract ${codec.contract} says.`),
        ...(codec.tracksRuns ? [...versionChecks(facts, asked.report), operationsCheck(asked.report)] : []),
      ];
  }
}

function versionChecks({ version, target }: HandlerFacts, { handler }: Report): Check[] {
  const say = check("handler_version");
  if (handler === undefined) return [say.unknown("It does not say which version it is.")];
  const order = compare(handler.version, version);
  if (order === 0) return [say.ok(`The handler is version ${handler.version}, this program ${version}.`)];
  const message = `The handler is version ${handler.version}, this program ${version}.`;
  return [
    order < 0
      ? say.warning(message, howToDeploy(target))
      : say.warning(message, "Install the newer program: npm install --save-dev migrate-remote@latest"),
  ];
}

/** Patch versions speak the same wire. */
function compare(one: string, other: string): number {
  const [a = [], b = []] = [one, other].map((version) => version.split(/[.+-]/).slice(0, 2).map(Number));
  for (const index of [0, 1]) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function operationsCheck({ handler }: Report): Check {
  const say = check("handler_operations");
  const missing = wireOperations.filter((name) => handler?.operations.includes(name) !== true);
  if (missing.length === 0) return say.ok("It knows every operation: a lost answer is found out about.");
  return say.warning(
    `It does not know ${missing.join(", ")}: when an answer is lost, what the run did may stay unknown.`,
    "Deploy a handler of migrate-remote as new as this program.",
  );
}

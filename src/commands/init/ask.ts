import type { Questions } from "../../cli/questions.js";
import { contractNames } from "../../contract/contract.js";
import type { Look } from "../../project/facts/look.js";
import type { ProjectEngine } from "../../project/project.js";
import { enginesOf, withFiles } from "../../project/project-name.js";
import { type Answers, choose, noStagesSeen } from "../../scaffold/config/choose.js";
import { functionTemplate } from "./function-template.js";

/** What is known besides what was seen. */
export type Known = Answers & { engine?: ProjectEngine };

const described: Record<(typeof contractNames)[number], string> = {
  "migrate-remote": "the handler of migrate-remote",
  "admin-operation": '{"admin_operation": "run_migrations", …}',
  "empty-event": "it migrates on {} or nothing, whatever it answers",
  "applied-list": "it migrates on {} and answers migrations_applied",
};

/** Asks what the repository does not show, and nothing else. */
export async function askWhatIsNotSeen(questions: Questions, look: Look, said: Known): Promise<Known> {
  const seen = choose(look.facts, said);
  const far =
    seen.contract === undefined ? await askForFarSide(questions, look, seen.local === undefined) : {};
  // Neither known nor written: there is nothing to be said of stages in AWS.
  if (far === "later") return said;
  const answers = { ...said, ...far };
  if (seen.functionName === undefined && answers.engine === undefined) {
    const name = await askForName(questions);
    if (name === undefined) return answers;
    answers.functionName = name;
  }
  if (!seen.stages.every(({ where }) => where === noStagesSeen)) return answers;
  return { ...answers, stages: await askForStages(questions) };
}

async function askForFarSide(
  questions: Questions,
  { projects }: Look,
  mayWrite: boolean,
): Promise<Known | "later"> {
  const engines = mayWrite ? enginesOf(withFiles(projects)) : [];
  const chosen = await questions.choose("What does the migration Lambda take?", [
    ...engines.map((value) => ({ value, name: `There is none yet: write one for ${value}` })),
    ...contractNames.map((value) => ({ value, name: `${value}: ${described[value]}` })),
    // Without a handler that runs here either, there would be no stage to write down.
    {
      value: "later" as const,
      name: `I do not know: ${mayWrite ? "stop here, and write nothing" : "leave it out for now"}`,
    },
  ]);
  const engine = engines.find((one) => one === chosen);
  if (engine !== undefined) return { engine };
  const contract = contractNames.find((one) => one === chosen);
  return contract === undefined ? "later" : { contract };
}

/** Asked again until it can be one. */
async function askForName(questions: Questions): Promise<string | undefined> {
  for (;;) {
    const typed = await questions.ask(
      "What is it called? {project} and {stage} stand for theirs; Enter if you do not know",
    );
    const name = typed.trim();
    if (name === "") return undefined;
    if (functionTemplate.test(name)) return name;
  }
}

async function askForStages(questions: Questions): Promise<string[]> {
  for (;;) {
    const typed = await questions.ask("Which stages are there in AWS? Enter for dev, prod");
    const names = (typed.trim() === "" ? "dev, prod" : typed).split(/[\s,]+/).filter(Boolean);
    const wrong = names.find((name) => !stageName.test(name));
    if (wrong === undefined && new Set(names).size === names.length) return names;
  }
}

const stageName = /^(?!local$)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

import type { Questions } from "../../cli/questions.js";
import { contractNames } from "../../contract/contract.js";
import type { Look } from "../../project/facts/look.js";
import type { ProjectEngine } from "../../project/project.js";
import { type Answers, choose } from "../../scaffold/config/choose.js";

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
  const answers: Known = { ...said };
  if (seen.contract === undefined) {
    const engine = look.projects.find(({ inline }) => inline !== true)?.engine;
    const choices = [
      ...(engine === undefined || seen.local !== undefined
        ? []
        : [{ value: "write" as const, name: `There is none yet: write one for ${engine}` }]),
      ...contractNames.map((value) => ({ value, name: `${value}: ${described[value]}` })),
      { value: "later" as const, name: "I do not know: leave it out for now" },
    ];
    const chosen = await questions.choose("What does the migration Lambda take?", choices);
    if (chosen === "write" && engine !== undefined) return { ...answers, engine };
    if (chosen === "write" || chosen === "later") return answers;
    answers.contract = chosen;
  }
  if (seen.functionName === undefined) {
    const name = (
      await questions.ask(
        "What is it called? {project} and {stage} stand for theirs; Enter if you do not know",
      )
    ).trim();
    if (name !== "") answers.functionName = name;
  }
  return answers;
}

import type { ContractConfig } from "../../config/contract.js";
import { configFileName } from "../../config/find.js";
import { contractNames } from "../../contract/contract.js";
import { Failure } from "../../contract/failure.js";
import { waysToBegin } from "../../project/begin.js";
import type { Project } from "../../project/project.js";
import { enginesOf, projectName } from "../../project/project-name.js";
import type { Choices } from "../../scaffold/config/choices.js";

export function configExists(path: string): Failure {
  return new Failure(
    "file_exists",
    `${path} exists already, and nothing is overwritten. Nothing was written.`,
    {
      category: "usage",
      hint: "Check it: migrate-remote doctor. To have one proposed anew, move it away first; init --handler writes a handler beside it.",
    },
  );
}

/** `migrate-remote init --handler alembic, or migrate-remote init --handler sql` */
export function handlerCommands(engines: string[]): string {
  return engines.map((engine) => `migrate-remote init --handler ${engine}`).join(", or ");
}

/**
 * Neither a Lambda with a known contract nor a handler that could run here: no stage could be said. `projects` are the migrations that are
 * here, as files.
 */
export function nothingKnown(
  { functionName, contract, notes }: Choices,
  projects: Project[],
  folder: string,
): Failure {
  const missing = [
    ...(contract === undefined ? ["what your migration Lambda takes and gives"] : []),
    ...(functionName === undefined ? ["what it is called"] : []),
  ];
  const said = `The repository does not show ${missing.join(", or ")}. Nothing was written: to a wrong guess the answer may be a migration.`;
  const sets =
    projects.length < 2
      ? []
      : [
          `There are ${projects.length} sets of migrations here: ${projects.map((one) => projectName(one, folder)).join("; ")}.`,
        ];
  const seen = [
    ...(functionName === undefined ? [] : [`It is called ${functionName.value} (${functionName.where}).`]),
    ...(contract === undefined ? [] : [`It takes ${contractWord(contract.value)} (${contract.where}).`]),
  ];
  const where = projects.length < 2 ? "" : " in the folder of those that you mean";
  const flags = [
    ...(contract === undefined ? ["--contract NAME"] : []),
    ...(functionName === undefined ? ["--function NAME"] : []),
  ];
  const names = contract === undefined ? ` (${contractNames.join(", ")})` : "";
  const other = `say what you have, in the words of docs/contracts.md${names}: migrate-remote init ${flags.join(" ")}`;
  const hint =
    projects.length === 0
      ? `There are no migrations here either; run it in the folder where the project starts. ${waysToBegin}\nThen run this again, or ${other}`
      : `Have a handler written${where}: ${handlerCommands(enginesOf(projects))}. Or ${other}`;
  return new Failure("not_seen", [said, ...seen, ...sets, ...notes].join("\n"), { category: "usage", hint });
}

function contractWord(contract: ContractConfig): string {
  return typeof contract === "string" ? contract : contract.preset;
}

/** A defect of ours, or of a name that nobody foresaw: found before anything is shown. */
export function notUnderstood(problems: { path: string; message: string }[]): Failure {
  const said = problems.map(({ path, message }) => `${path} ${message}`).join("; ");
  return new Failure(
    "internal_error",
    `The ${configFileName} that would be proposed is not a right one: ${said}. Nothing was written.`,
    { hint: "Please report it, with this line." },
  );
}

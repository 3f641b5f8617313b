import { configFileName } from "../../config/find.js";
import { Failure } from "../../contract/failure.js";
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

/** Neither a Lambda with a known contract nor a handler that could run here: no stage could be said. */
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
  const engines = enginesOf(projects);
  const handler = `migrate-remote init --handler ${engines.length === 1 ? engines[0] : "ENGINE"}`;
  const sets =
    projects.length < 2
      ? []
      : [`Migrations were found here: ${projects.map((one) => projectName(one, folder)).join("; ")}.`];
  const where = projects.length < 2 ? "" : " in the folder of those that you mean";
  const which = engines.length < 2 ? "" : `, ENGINE being ${engines.join(" or ")}`;
  return new Failure("not_seen", [said, ...sets, ...notes].join("\n"), {
    category: "usage",
    hint: `Have a handler written${where}${which}: ${handler}. Or say what you have, in the words of docs/contracts.md: migrate-remote init --contract NAME --function NAME`,
  });
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

import { alembicProject, type PythonFarSide, pythonFarSide } from "../../support/python-far-side.js";

export { executions, hasLedger, hurried, ledger, sleeping } from "../ledger/support.js";

/** Not idempotent on purpose: each execution leaves a row. */
export const counting = {
  "001_counts": "CREATE TABLE counts (of text)",
  "002_first": "INSERT INTO counts VALUES ('002')",
  "003_second": "INSERT INTO counts VALUES ('003')",
};

export const all = ["002", "003"];

/** Python starts slowly where many start at once. */
export const patience = 240_000;

/** Far sides of Alembic projects, whose folders are gone after `remove`. */
export function farSides() {
  const projects: { remove: () => void }[] = [];
  const sides: PythonFarSide[] = [];
  return {
    farSide(
      url: string,
      migrations: Record<string, string>,
      options: Record<string, unknown> = {},
      environment: Record<string, string> = {},
    ): PythonFarSide {
      const project = alembicProject(migrations);
      projects.push(project);
      const side = pythonFarSide(url, project.path, options, environment);
      sides.push(side);
      return side;
    },
    remove() {
      for (const side of sides.splice(0)) side.end();
      for (const project of projects.splice(0)) project.remove();
    },
  };
}

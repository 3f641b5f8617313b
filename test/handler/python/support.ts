import { alembicProject, type PythonFarSide, pythonFarSide } from "../../support/python-far-side.js";

export { all, counting, executions, hasLedger, hurried, ledger, sleeping } from "../ledger/support.js";

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

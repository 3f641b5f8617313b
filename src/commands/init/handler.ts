import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Failure } from "../../contract/failure.js";
import { waysToBeginWith } from "../../project/begin.js";
import { alembicFacts } from "../../project/facts/alembic.js";
import type { Look } from "../../project/facts/look.js";
import type { Project, ProjectEngine } from "../../project/project.js";
import type { Survey } from "../../project/survey.js";
import { nodeHandler } from "../../scaffold/handler/node.js";
import { pythonHandler } from "../../scaffold/handler/python.js";
import type { WrittenHandler } from "../../scaffold/handler/written.js";
import { packagePath, schemaEngine } from "./machine.js";
import { handlerCommands } from "./refusals.js";

/** The handler for the repository's migrations of this kind, the nearest where there are several. */
export async function planHandler(
  engine: ProjectEngine,
  survey: Survey,
  { projects }: Look,
  dist: string,
): Promise<{ written: WrittenHandler; notes: string[] }> {
  const fitting = projects.filter((project) => project.engine === engine && project.inline !== true);
  const [project, ...others] = fitting;
  if (project === undefined) throw noProject(engine, projects, survey);
  const inside = (path: string) => relative(survey.root, path).split(sep).join("/");
  const notes =
    others.length === 0
      ? []
      : [
          `There are several sets of migrations here. The handler is for ${inside(project.migrations)}, and not for ${others.map(({ migrations }) => inside(migrations)).join(", ")}.`,
        ];
  if (engine !== "alembic") {
    const packages = {
      ours: await packagePath(survey.root, "migrate-remote"),
      schemaEngine: await packagePath(survey.root, schemaEngine),
    };
    return { written: nodeHandler(engine, inside(project.migrations), packages), notes };
  }
  const source = await readFile(join(dist, "migrate_remote_handler.py"), "utf8");
  const facts = await alembicFacts(survey, project);
  const written = pythonHandler({ ...facts, source });
  const flaskNote =
    facts.flask &&
    facts.flaskApp === undefined &&
    !["wsgi.py", "app.py"].some((file) => survey.files.includes(file))
      ? [
          "Flask-Migrate needs the application: set FLASK_APP, as package:factory, in the stage's local.environment and in the function's environment.",
        ]
      : [];
  const hidingNote =
    facts.hidesLibrary === undefined
      ? []
      : [
          `${facts.hidesLibrary} makes Python take that folder for the library Alembic, and on a local stage the handler does not find the library. Nothing can import the folder beside it, and Alembic does not need the file: remove it. It is left out of the package.`,
        ];
  return { written, notes: [...notes, ...flaskNote, ...hidingNote] };
}

function noProject(engine: ProjectEngine, projects: Project[], { root }: Survey): Failure {
  const kinds = [...new Set(projects.map((project) => project.engine))].filter((kind) => kind !== engine);
  const hint =
    kinds.length === 0
      ? `Run it in the folder where the project starts, which ${root} may not be. ${waysToBeginWith[engine]}`
      : `What was found here: ${kinds.join(", ")}. Say ${handlerCommands(kinds)}.`;
  return new Failure(
    "no_project",
    `There are no migrations of ${engine} in this folder or below. Nothing was written.`,
    {
      category: "usage",
      hint,
    },
  );
}

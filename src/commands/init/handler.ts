import { access, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Failure } from "../../contract/failure.js";
import type { Look } from "../../project/facts/look.js";
import type { Project, ProjectEngine } from "../../project/project.js";
import { readText, type Survey } from "../../project/survey.js";
import { nodeHandler } from "../../scaffold/handler/node.js";
import { pythonHandler } from "../../scaffold/handler/python.js";
import type { WrittenHandler } from "../../scaffold/handler/written.js";

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
  if (engine !== "alembic") return { written: nodeHandler(engine, inside(project.migrations)), notes };
  const source = await readFile(join(dist, "migrate_remote_handler.py"), "utf8");
  const flaskApp = project.flask === true ? await findFlaskApp(survey) : undefined;
  const hasRequirements = await access(join(survey.root, "requirements.txt")).then(
    () => true,
    () => false,
  );
  const written = pythonHandler({
    ini: inside(project.evidence),
    beside: await besideAlembic(survey, project, inside),
    requirements: hasRequirements ? "requirements.txt" : undefined,
    flask: project.flask === true,
    flaskApp,
    source,
  });
  const flaskNote =
    project.flask === true && flaskApp === undefined
      ? [
          "Flask-Migrate needs the application: set FLASK_APP, as package:factory, in the stage's local.environment and in the function's environment.",
        ]
      : [];
  return { written, notes: [...notes, ...flaskNote] };
}

function noProject(engine: ProjectEngine, projects: Project[], { root }: Survey): Failure {
  const kinds = [...new Set(projects.map((project) => project.engine))].filter((kind) => kind !== engine);
  const hint =
    kinds.length === 0
      ? `Run it in the folder where the project starts. Looked in ${root}.`
      : `What was found here: ${kinds.join(", ")}. Say migrate-remote init --handler ${kinds[0]}.`;
  return new Failure(
    "no_project",
    `There are no migrations of ${engine} in this folder or below. Nothing was written.`,
    {
      category: "usage",
      hint,
    },
  );
}

/** The folder of `env.py`, and the repository's own modules that it imports. */
async function besideAlembic(
  survey: Survey,
  project: Project,
  inside: (path: string) => string,
): Promise<string[]> {
  const versions = [project.migrations, ...(project.furtherMigrations ?? [])].map(inside);
  const scripts = inside(project.migrations).replace(/\/?[^/]*$/, "");
  const env = scripts === "" ? "env.py" : `${scripts}/env.py`;
  const folders = survey.files.includes(env) && scripts !== "" ? [scripts] : versions;
  const root = inside(project.root);
  const text = (await readText(survey, env)) ?? "";
  const modules = [...text.matchAll(/^[ \t]*(?:from|import)[ \t]+(\w+)/gm)].map(([, name = ""]) => name);
  const app = project.flask === true ? (await findFlaskApp(survey))?.split(":")[0]?.split(".")[0] : undefined;
  const own = [...new Set([...modules, ...(app === undefined ? [] : [app])])].flatMap((name) => {
    const path = root === "" ? name : `${root}/${name}`;
    if (survey.files.includes(`${path}.py`)) return [`${path}.py`];
    return survey.files.some((file) => file.startsWith(`${path}/`) && file.endsWith(".py")) ? [path] : [];
  });
  return [...folders, ...own];
}

/** What `.flaskenv` says, else a package with a factory. `wsgi.py` and `app.py` are found without anybody's word. */
async function findFlaskApp(survey: Survey): Promise<string | undefined> {
  const said = /^\s*(?:export\s+)?FLASK_APP\s*=\s*["']?([\w.:]+)["']?\s*$/m.exec(
    (await readText(survey, ".flaskenv")) ?? "",
  )?.[1];
  if (said !== undefined) return said;
  if (survey.files.includes("wsgi.py") || survey.files.includes("app.py")) return undefined;
  for (const file of survey.files.filter((one) => /^\w+\/__init__\.py$/.test(one))) {
    const factory = /^def (create_app|make_app)\(/m.exec((await readText(survey, file)) ?? "")?.[1];
    if (factory !== undefined) return `${file.replace(/\/.*$/, "")}:${factory}`;
  }
  return undefined;
}

import { posix, relative, sep } from "node:path";
import type { Project } from "../project.js";
import { folderOf } from "../recognise/paths.js";
import { readTomlTable } from "../recognise/toml.js";
import { readText, type Survey } from "../survey.js";

/** What a function needs to know of an Alembic project. Paths are relative to the repository. */
export interface AlembicFacts {
  /** `alembic.ini` or pyproject.toml. */
  ini: string;
  /** What the function needs beside it: the folder of `env.py`, the repository's modules that it imports. */
  beside: string[];
  /** A file that makes Python take the folder of scripts for the library of the same name. */
  hidesLibrary?: string;
  /** Where the project lists its requirements; the list itself where pip cannot read that file. */
  requirements: { file: string; list?: string[] } | undefined;
  flask: boolean;
  /** `package:factory`, where Flask's application was found. */
  flaskApp: string | undefined;
}

export async function alembicFacts(survey: Survey, project: Project): Promise<AlembicFacts> {
  const inside = (path: string) => relative(survey.root, path).split(sep).join("/");
  const flask = project.flask === true;
  const flaskApp = flask ? await findFlaskApp(survey) : undefined;
  const root = inside(project.root);
  return {
    ini: inside(project.evidence),
    beside: await besideAlembic(survey, project, inside, flaskApp),
    ...(survey.files.includes("alembic/__init__.py") ? { hidesLibrary: "alembic/__init__.py" } : {}),
    requirements: await requirementsOf(survey, root),
    flask,
    flaskApp,
  };
}

async function besideAlembic(
  survey: Survey,
  project: Project,
  inside: (path: string) => string,
  flaskApp: string | undefined,
): Promise<string[]> {
  const versions = [project.migrations, ...(project.furtherMigrations ?? [])].map(inside);
  const scripts = folderOf(inside(project.migrations));
  const env = scripts === "" ? "env.py" : `${scripts}/env.py`;
  const folders =
    survey.files.includes(env) && scripts !== ""
      ? [...besideLibrary(survey, scripts), ...versions]
      : versions;
  const text = (await readText(survey, env)) ?? "";
  const imported = [...text.matchAll(/^[ \t]*(?:from|import)[ \t]+(\w+)/gm)].map(([, name = ""]) => name);
  const modules = [...imported, ...(flaskApp === undefined ? [] : [flaskApp.replace(/[.:].*$/, "")])];
  const all = [
    ...new Set([
      ...folders,
      ...modules
        .flatMap((name) => moduleOf(survey, inside(project.root), name))
        .filter((path) => path !== scripts),
    ]),
  ];
  // What stands inside another comes with it.
  return all.filter((path) => !all.some((other) => path.startsWith(`${other}/`)));
}

/**
 * A folder of scripts that is called `alembic` shares its place in the package with the library, whose `__init__.py` it must be: the folder's own
 * would take the library's place, and nobody can import it beside that.
 */
function besideLibrary({ files }: Survey, scripts: string): string[] {
  const own = `${scripts}/__init__.py`;
  if (posix.basename(scripts) !== "alembic" || !files.includes(own)) return [scripts];
  const within = files.filter((file) => file.startsWith(`${scripts}/`) && file !== own);
  return [...new Set(within.map((file) => `${scripts}/${file.slice(scripts.length + 1).split("/")[0]}`))];
}

function moduleOf({ files }: Survey, root: string, name: string): string[] {
  const path = root === "" ? name : `${root}/${name}`;
  if (files.includes(`${path}.py`)) return [`${path}.py`];
  return files.some((file) => file.startsWith(`${path}/`) && file.endsWith(".py")) ? [path] : [];
}

/** requirements.txt or pyproject.toml, in the project's folder, else at the top. */
async function requirementsOf(survey: Survey, root: string): Promise<AlembicFacts["requirements"]> {
  for (const folder of new Set([root, ""])) {
    const at = (name: string) => (folder === "" ? name : `${folder}/${name}`);
    if (survey.files.includes(at("requirements.txt"))) return { file: at("requirements.txt") };
    const text = await readText(survey, at("pyproject.toml"));
    const list = text === undefined ? undefined : readTomlTable(text, "project")?.get("dependencies");
    if (list !== undefined && list.length > 0) {
      return { file: at("pyproject.toml"), list: list.filter((one) => /^[\w.-][^\n\r]*$/.test(one)) };
    }
  }
  return undefined;
}

/** What `.flaskenv` says, else a package with a factory. `wsgi.py` and `app.py` are found without anybody's word. */
async function findFlaskApp(survey: Survey): Promise<string | undefined> {
  const settings = (await readText(survey, ".flaskenv")) ?? "";
  const said = /^\s*(?:export\s+)?FLASK_APP\s*=\s*["']?([\w.:]+)["']?\s*$/m.exec(settings)?.[1];
  if (said !== undefined) return said;
  if (survey.files.includes("wsgi.py") || survey.files.includes("app.py")) return undefined;
  for (const file of survey.files.filter((one) => /^\w+\/__init__\.py$/.test(one))) {
    const factory = /^def (create_app|make_app)\(/m.exec((await readText(survey, file)) ?? "")?.[1];
    if (factory !== undefined) return `${file.replace(/\/.*$/, "")}:${factory}`;
  }
  return undefined;
}

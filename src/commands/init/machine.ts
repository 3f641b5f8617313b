import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Host } from "../../cli/host.js";
import { exists } from "../../project/exists.js";
import type { Look } from "../../project/facts/look.js";
import { installFolder } from "../../project/install-folder.js";
import type { Project, ProjectEngine } from "../../project/project.js";

export interface Missing {
  /** For people. */
  what: string;
  /** What mends it, where one command does. */
  command?: string;
}

/** What the handler needs on this machine and is not there, each with what to type. */
export async function missingOnThisMachine(
  host: Host,
  folder: string,
  engine: ProjectEngine | undefined,
  { projects }: Look,
): Promise<Missing[]> {
  if (engine === undefined) return [];
  if (engine === "alembic")
    return alembicMissing(
      host,
      folder,
      projects.find((one) => one.engine === engine),
    );
  const missing: Missing[] = [];
  if ((await packageFolder(folder, "migrate-remote")) === undefined) {
    missing.push({
      what: "The handler imports migrate-remote, which is not installed here",
      command: "npm install --save-dev migrate-remote",
    });
  }
  if (engine === "prisma" && (await packageFolder(folder, schemaEngine)) === undefined) {
    missing.push({
      what: "The handler needs Prisma's schema engine, which is not installed here",
      command: `npm install --save-exact ${schemaEngine}@${await wantedEngine(host)}`,
    });
  }
  return missing;
}

export const schemaEngine = "@prisma/schema-engine-wasm";

/**
 * Where Node finds a package for code in `folder`: a workspace has its packages at the top of the repository. With `/` and relative to `folder`;
 * nothing outside of the repository, which others do not have.
 */
async function packageFolder(folder: string, name: string): Promise<string | undefined> {
  for (let up = ""; ; up += "../") {
    const here = join(folder, up);
    if (await exists(join(here, "node_modules", name, "package.json"))) return `${up}node_modules/${name}`;
    if (here === join(here, "..") || (await exists(join(here, ".git")))) return undefined;
  }
}

/** Where it is, or will be once it is installed. */
export async function packagePath(folder: string, name: string): Promise<string> {
  const later = async () => join(relative(folder, await installFolder(folder)), "node_modules", name);
  return (await packageFolder(folder, name)) ?? (await later()).split(sep).join("/");
}

/** Each build of the engine is a release of its own; this is the one that the handler was made for. */
async function wantedEngine({ dist }: Host): Promise<string> {
  const { peerDependencies } = JSON.parse(await readFile(join(dist, "../package.json"), "utf8")) as {
    peerDependencies: Record<string, string>;
  };
  return peerDependencies[schemaEngine] ?? "latest";
}

/** The Python that a local stage would take: activated, the project's own, on PATH. */
async function alembicMissing(
  { env }: Host,
  folder: string,
  project: Project | undefined,
): Promise<Missing[]> {
  const folders = [project?.root ?? folder, folder];
  const own = folders.flatMap((one) => [".venv", "venv"].map((name) => join(one, name, "bin/python3")));
  const python = (env.VIRTUAL_ENV === undefined ? await firstThere(own) : undefined) ?? "python3";
  const wanted = ["alembic", ...(project?.flask === true ? ["flask_migrate"] : [])];
  const absent = await absentModules(python, wanted, { PATH: env.PATH ?? "" });
  if (absent === "no python") {
    const what =
      "A local stage runs the handler with Python, and there is no python3 on PATH and no .venv here.";
    return [{ what }];
  }
  if (absent.length === 0) return [];
  const where = python === "python3" ? "python3 on PATH" : python;
  return [
    {
      what: `${where} has no ${absent.join(" and no ")}, which a local stage needs`,
      command: "python3 -m venv .venv && .venv/bin/pip install -r lambda/migrate/requirements.txt",
    },
  ];
}

/** Asks Python where modules are; none of them is loaded, and nothing of this folder. */
function absentModules(
  python: string,
  modules: string[],
  env: Record<string, string>,
): Promise<string[] | "no python"> {
  const script =
    "import importlib.util,sys;print(' '.join(m for m in sys.argv[1:] if importlib.util.find_spec(m) is None))";
  return new Promise((resolve) => {
    execFile(python, ["-I", "-c", script, ...modules], { env, timeout: 10_000 }, (error, stdout) => {
      resolve(error === null ? stdout.split(/\s+/).filter(Boolean) : "no python");
    });
  });
}

async function firstThere(paths: string[]): Promise<string | undefined> {
  for (const path of paths) if (await exists(path)) return path;
  return undefined;
}

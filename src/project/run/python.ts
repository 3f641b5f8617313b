import { delimiter, join, relative } from "node:path";
import { exists } from "../exists.js";
import { runProgram } from "./spawn.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** How the project's Python is started, and how it is called to people. */
export interface Launcher {
  argv: string[];
  /** As somebody would type it. */
  shown: string;
}

/**
 * The Python of a project: what an activated virtual environment, a folder `.venv` or `venv`, uv, Poetry or Pipenv say, else the one on
 * PATH. `top` is where looking upward ends. Nothing is started.
 */
export async function launchersOf(root: string, top: string, env: Environment): Promise<Launcher[]> {
  const folders = upward(root, top);
  const found: Launcher[] = [];
  const add = (...argv: string[]) =>
    found.push({ argv, shown: argv.map((word) => shorter(word, root)).join(" ") });
  if (env.VIRTUAL_ENV) add(join(env.VIRTUAL_ENV, "bin/python"));
  for (const [file, program] of [
    ["uv.lock", "uv"],
    ["poetry.lock", "poetry"],
    ["Pipfile", "pipenv"],
  ] as const) {
    const isUsed = (await Promise.all(folders.map((folder) => exists(join(folder, file))))).includes(true);
    if (isUsed && (await onPath(program, env))) add(program, "run", "python");
  }
  for (const folder of folders)
    for (const name of [".venv", "venv", "env"]) {
      const python = join(folder, name, "bin/python");
      if (await exists(python)) add(python);
    }
  for (const name of ["python3", "python"]) if (await onPath(name, env)) add(name);
  return found;
}

/** The first of them whose Python has Alembic; else why there is none. */
export async function pythonWithAlembic(
  root: string,
  top: string,
  env: Environment,
): Promise<Launcher | { why: string }> {
  const launchers = await launchersOf(root, top, env);
  for (const launcher of launchers) {
    const options = { cwd: root, env, timeout: 60_000 };
    const { exitCode } = await runProgram([...launcher.argv, "-c", "import alembic, sqlalchemy"], options);
    if (exitCode === 0) return launcher;
  }
  const tried = launchers.map(({ shown }) => shown).join(", ");
  return { why: tried === "" ? "there is no Python here" : `no Alembic in ${tried}` };
}

/** The folder itself and those above it, up to `top`. */
function upward(root: string, top: string): string[] {
  const inside = relative(top, root);
  if (inside.startsWith("..")) return [root];
  const parts = inside === "" ? [] : inside.split("/");
  return [root, ...parts.map((_, index) => join(top, ...parts.slice(0, parts.length - 1 - index)))];
}

function shorter(word: string, root: string): string {
  return word.startsWith(`${root}/`) ? word.slice(root.length + 1) : word;
}

export async function onPath(program: string, env: Environment): Promise<boolean> {
  for (const folder of (env.PATH ?? "").split(delimiter))
    if (folder !== "" && (await exists(join(folder, program)))) return true;
  return false;
}

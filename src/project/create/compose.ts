import { join } from "node:path";
import { exists } from "../exists.js";
import { onPath } from "../run/python.js";
import { runProgram } from "../run/spawn.js";

type Environment = Readonly<Record<string, string | undefined>>;

const files = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/** The words that run a command in the service of a compose project, among those that run now, that has Alembic. */
export async function serviceWithAlembic(top: string, env: Environment): Promise<string[] | undefined> {
  const has = await Promise.all(files.map((file) => exists(join(top, file))));
  if (!has.includes(true) || !(await onPath("docker", env))) return undefined;
  const options = { cwd: top, env, timeout: 60_000 };
  const listed = await runProgram(["docker", "compose", "ps", "--services", "--status", "running"], options);
  const services =
    listed.exitCode === 0 ? listed.stdout.split(/\s+/).filter((name) => /^[\w.-]+$/.test(name)) : [];
  for (const service of services) {
    for (const before of [["uv", "run"], []]) {
      const words = ["docker", "compose", "exec", "-T", service, ...before];
      const { exitCode } = await runProgram([...words, "alembic", "--version"], options);
      if (exitCode === 0) return words;
    }
  }
  return undefined;
}

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type CliOptions, runCli } from "./run-cli.js";

const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "hunter2hunter2" };

export const handlerFiles = {
  "lambda/migrate/index.mjs": "export const handler = async () => ({});\n",
  "migrations/001_people.sql": "CREATE TABLE people (name text);\n",
  "migrations/002_pets.sql": "CREATE TABLE pets (name text);\n",
};

export const plainPackage = { directory: "lambda/migrate", include: { migrations: "migrations" } };

/** A repository with a handler and two migrations, whose stages are reached at `endpoint`. */
export async function deployProject(endpoint: string, config: Record<string, unknown> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), "migrate-remote-deploy-"));
  const stage = { endpoint, region: "eu-west-1" };
  const stages = {
    dev: stage,
    live: { ...stage, function: "shop-migrate:live" },
    prod: { ...stage, account: "123456789012" },
  };
  const write = async (files: Record<string, string | Buffer>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), content);
    }
  };
  const base = {
    project: "shop",
    contract: "migrate-remote",
    defaultStage: "dev",
    package: plainPackage,
    stages,
  };
  await write({ ...handlerFiles, ".migraterc.json": JSON.stringify({ ...base, ...config }) });
  const env = { PATH: process.env.PATH ?? "", ...credentials };
  Object.assign(process.env, credentials);
  return {
    cwd,
    write,
    cli: (argv: string[], options: Partial<CliOptions> = {}) => runCli(argv, { cwd, env, ...options }),
    dispose: async () => {
      for (const name of Object.keys(credentials)) delete process.env[name];
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

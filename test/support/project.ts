import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { openLocalStage } from "../../src/cli/local-stage.js";
import { loadConfig } from "../../src/config/load.js";
import { resolveTarget } from "../../src/config/resolve.js";
import { type CliEnd, type CliOptions, dist, runCli } from "./run-cli.js";

export interface Project {
  cwd: string;
  cli: (argv: string[], options?: Partial<CliOptions>) => Promise<CliEnd>;
  write: (files: Record<string, string>) => Promise<void>;
  /** A session of the test's own in the stage's database. */
  query: (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  connect: () => Promise<pg.Client>;
  /** Lets the keeper go: whatever comes next starts it anew. */
  release: () => Promise<void>;
  dispose: () => Promise<void>;
}

export interface ProjectParts {
  /** File name → SQL. */
  migrations?: Record<string, string>;
  /** Merged over a plain configuration with one local stage called `local`. */
  config?: Record<string, unknown>;
  /** Options of `createHandler` besides engine and database, as source text. */
  handlerOptions?: string;
  files?: Record<string, string>;
}

export const localStage = { local: { handler: "handler.handler", database: "embedded", timeout: 30 } };

/** A project in a folder of its own, with our handler over real PostgreSQL. The keeper is held open until `dispose`. */
export async function makeProject(parts: ProjectParts = {}): Promise<Project> {
  const cwd = await mkdtemp(join(tmpdir(), "migrate-remote-test-"));
  // Root's PostgreSQL runs as somebody else, who has to get in.
  await chmod(cwd, 0o755);
  const config = {
    project: "shop",
    contract: "migrate-remote",
    stages: { local: localStage },
    ...parts.config,
  };
  const write = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
  };
  await mkdir(join(cwd, "migrations"));
  await write({
    ".migraterc.json": JSON.stringify(config, null, 2),
    "handler.mjs": handlerSource(parts.handlerOptions ?? ""),
    ...Object.fromEntries(
      Object.entries(parts.migrations ?? {}).map(([name, text]) => [`migrations/${name}`, text]),
    ),
    ...parts.files,
  });
  const stage = await holdOpen(cwd, Object.keys(config.stages)[0] ?? "local");
  const clients = new Set<pg.Client>();
  const connect = async () => {
    const client = new pg.Client({ connectionString: stage.databaseUrl });
    // A test may end the server under it.
    client.on("error", () => {});
    await client.connect();
    clients.add(client);
    return client;
  };
  return {
    cwd,
    write,
    connect,
    cli: (argv, options = {}) => runCli(argv, { cwd, ...options }),
    query: async (sql, values) => {
      const client = new pg.Client({ connectionString: stage.databaseUrl });
      await client.connect();
      try {
        return (await client.query(sql, values)).rows;
      } finally {
        await client.end();
      }
    },
    release: () => stage.close(),
    dispose: async () => {
      await Promise.all([...clients].map((client) => client.end().catch(() => {})));
      await stage.close();
      // A run that a failed test left behind may still be writing its log.
      await rm(cwd, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    },
  };
}

function handlerSource(options: string): string {
  return `import { createHandler, sql } from ${JSON.stringify(pathToFileURL(join(dist, "handler.js")).href)};
export const handler = createHandler({
  engine: sql({ directory: new URL("./migrations/", import.meta.url) }),
  database: () => process.env.DATABASE_URL,
  ${options}
});
`;
}

/** Joins the keeper just as the CLI does, so that it stays for as long as the test needs it. */
export async function holdOpen(cwd: string, stage: string, configFile = ".migraterc.json") {
  const loaded = await loadConfig(join(cwd, configFile));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded));
  const resolved = resolveTarget(loaded.config, stage, { env: {} });
  if (!resolved.ok || resolved.target.local === undefined) throw new Error(`stage ${stage} is not local`);
  const { target } = resolved;
  const session = await openLocalStage({
    root: cwd,
    dist,
    project: loaded.config.project,
    target,
    local: resolved.target.local,
    progress: () => {},
  });
  return {
    ...session,
    functionName: target.functionShortName,
    databaseUrl: session.databaseUrl(target.functionShortName),
    close: session.close,
  };
}

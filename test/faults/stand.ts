import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { type LocalSession, openLocal } from "../../src/local/open.js";
import { dist } from "../support/run-cli.js";

/** One keeper with one PostgreSQL, on which each case has a function and a database of its own. */
export interface Stand {
  cwd: string;
  openCase(how: CaseOptions): Promise<CaseGround>;
  close(): Promise<void>;
}

export interface CaseOptions {
  /** The function has time for one migration, so that each is a part. */
  parts: boolean;
}

export interface CaseGround {
  cwd: string;
  functionName: string;
  endpoint: string;
  /** Where handler processes of this case write their pids, a line each. */
  pidFile: string;
  query: (sql: string) => Promise<Record<string, unknown>[]>;
  connect: () => Promise<pg.Client>;
  /** Says where the command finds the function. Gives the command's environment. */
  pointAt: (endpoint: string) => Promise<{ config: string; env: Record<string, string> }>;
  close(): Promise<void>;
}

/** What a shell would have; the local endpoint takes any. */
export const testCredentials = {
  AWS_ACCESS_KEY_ID: "LOCALLOCALLOCALLOCAL",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** Seconds: a function that hangs is soon stopped. */
const functionTimeout = 4;

/** Each execution that stands leaves a row: that is what is counted, never the ledger. */
export const migrations: Record<string, string> = {
  "001_first.sql": "CREATE TABLE executions (revision text); INSERT INTO executions VALUES ('001_first');",
  "002_gated.sql": "SELECT pg_advisory_xact_lock_shared(4711); INSERT INTO executions VALUES ('002_gated');",
  "003_loose.sql": "-- migrate-remote: no-transaction\nINSERT INTO executions VALUES ('003_loose');",
};

/** Together they take longer than the function has: each is a part. */
const slowly: Record<string, string> = Object.fromEntries(
  Object.entries(migrations).map(([name, text]) => [name, `${text}\nSELECT pg_sleep(2.1);\n`]),
);

export const revisions = Object.keys(migrations).map((name) => name.replace(".sql", ""));

const handlerSource = `import { appendFileSync } from "node:fs";
import { createHandler, sql } from ${JSON.stringify(pathToFileURL(join(dist, "handler.js")).href)};
appendFileSync(process.env.PID_FILE, process.pid + "\\n");
export const handler = createHandler({
  engine: sql({ directory: new URL(process.env.MIGRATIONS, import.meta.url) }),
  database: () => process.env.DATABASE_URL,
});
`;

export async function openStand(): Promise<Stand> {
  const cwd = await mkdtemp(join(tmpdir(), "migrate-remote-faults-"));
  // Apart from everything that a case writes: a changed folder is changed code.
  for (const [folder, files] of Object.entries({ whole: migrations, parts: slowly })) {
    await mkdir(join(cwd, "function", folder), { recursive: true });
    for (const [name, text] of Object.entries(files))
      await writeFile(join(cwd, "function", folder, name), text);
  }
  await writeFile(join(cwd, "function", "handler.mjs"), handlerSource);
  const base = await openFunction(cwd, "base", false);
  return {
    cwd,
    openCase: (how) => openCase(cwd, how),
    close: async () => {
      await base.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

function openFunction(cwd: string, name: string, parts: boolean): Promise<LocalSession> {
  return openLocal({
    dataDirectory: join(cwd, ".migrate-remote"),
    root: cwd,
    dist,
    functions: [
      {
        name,
        handler: "function/handler.handler",
        timeoutSeconds: functionTimeout,
        memoryMb: 512,
        environment: { PID_FILE: join(cwd, `${name}.pids`), MIGRATIONS: parts ? "./parts/" : "./whole/" },
        database: { embedded: name.replaceAll("-", "_") },
      },
    ],
  });
}

async function openCase(cwd: string, { parts }: CaseOptions): Promise<CaseGround> {
  const name = `case-${randomBytes(4).toString("hex")}`;
  const session = await openFunction(cwd, name, parts);
  const connectionString = session.databaseUrl(name);
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({ connectionString });
    client.on("error", () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  return {
    cwd,
    functionName: name,
    endpoint: session.endpoint,
    pidFile: join(cwd, `${name}.pids`),
    connect,
    query: async (sql) => {
      const client = await connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
    pointAt: async (endpoint) => {
      const config = join(cwd, `${name}.json`);
      const stage = { contract: "migrate-remote", function: name, endpoint, region: session.region };
      await writeFile(config, JSON.stringify({ project: "faults", stages: { far: stage } }));
      return {
        config,
        env: {
          PATH: process.env.PATH ?? "",
          HOME: join(cwd, name),
          XDG_STATE_HOME: join(cwd, name, "state"),
          ...testCredentials,
        },
      };
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => {})));
      await session.close();
    },
  };
}

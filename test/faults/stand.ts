import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { type LocalSession, openLocal } from "../../src/local/open.js";
import type { DatabaseRef } from "../../src/remote/databases.js";
import { dist } from "../support/run-cli.js";

/** One keeper with one PostgreSQL, on which each case has a function and a database of its own. */
export interface Stand {
  cwd: string;
  openCase(kind: GroundKind): Promise<CaseGround>;
  close(): Promise<void>;
}

/**
 * What a case runs on. `parts`: the function begins one migration each time, so that each is a part. `guarded`: a protected stage whose policy
 * asks for a snapshot. `reusing`: the same, and there is a recent snapshot that will do.
 */
export const groundKinds = ["whole", "parts", "guarded", "reusing"] as const;
export type GroundKind = (typeof groundKinds)[number];

export interface CaseGround {
  kind: GroundKind;
  cwd: string;
  functionName: string;
  /** The DB instance that the function's database is. */
  database: DatabaseRef;
  region: string;
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

/** Seconds: a function that hangs is soon stopped, and one that does its work in parts has a slow machine's time for each. */
const functionTimeout = { whole: 4, parts: 8 };

/** Each execution that stands leaves a row: that is what is counted, never the ledger. */
export const migrations: Record<string, string> = {
  "001_first.sql": "CREATE TABLE executions (revision text); INSERT INTO executions VALUES ('001_first');",
  "002_gated.sql": "SELECT pg_advisory_xact_lock_shared(4711); INSERT INTO executions VALUES ('002_gated');",
  "003_loose.sql": "-- migrate-remote: no-transaction\nINSERT INTO executions VALUES ('003_loose');",
};

/** Each takes longer than a part begins another one. */
const slowly: Record<string, string> = Object.fromEntries(
  Object.entries(migrations).map(([name, text]) => [name, `${text}\nSELECT pg_sleep(1.1);\n`]),
);

export const revisions = Object.keys(migrations).map((name) => name.replace(".sql", ""));

const handlerSource = `import { appendFileSync } from "node:fs";
import { createHandler, sql } from ${JSON.stringify(pathToFileURL(join(dist, "handler.js")).href)};
appendFileSync(process.env.PID_FILE, process.pid + "\\n");
const work = createHandler({
  engine: sql({ directory: new URL(process.env.MIGRATIONS, import.meta.url) }),
  database: () => process.env.DATABASE_URL,
});
export const handler = (event, context) => work(event, process.env.IN_PARTS ? inParts(context) : context);

// After a second less is left than the half that a part keeps: no second migration begins, and the first one is not short of time.
function inParts(context) {
  const began = performance.now();
  const limit = context.getRemainingTimeInMillis() * 0.45;
  const left = () => context.getRemainingTimeInMillis();
  const getRemainingTimeInMillis = () => (performance.now() - began < 1000 ? left() : Math.min(left(), limit));
  return { ...context, getRemainingTimeInMillis };
}
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
  const base = await openFunction(cwd, "base", "whole");
  return {
    cwd,
    openCase: (kind) => openCase(cwd, kind),
    close: async () => {
      await base.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

function openFunction(cwd: string, name: string, kind: GroundKind): Promise<LocalSession> {
  const folder = kind === "parts" ? "parts" : "whole";
  return openLocal({
    dataDirectory: join(cwd, ".migrate-remote"),
    root: cwd,
    dist,
    functions: [
      {
        name,
        handler: "function/handler.handler",
        timeoutSeconds: functionTimeout[folder],
        memoryMb: 512,
        environment: {
          PID_FILE: join(cwd, `${name}.pids`),
          MIGRATIONS: `./${folder}/`,
          ...(folder === "parts" ? { IN_PARTS: "1" } : {}),
        },
        instance: { kind: "instance", identifier: name },
        database: { embedded: name.replaceAll("-", "_") },
      },
    ],
  });
}

async function openCase(cwd: string, kind: GroundKind): Promise<CaseGround> {
  const name = `case-${randomBytes(4).toString("hex")}`;
  const session = await openFunction(cwd, name, kind);
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
    kind,
    cwd,
    functionName: name,
    database: { kind: "instance", identifier: name },
    region: session.region,
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
      const stage = {
        ...{ contract: "migrate-remote", function: name, endpoint, region: session.region },
        ...(isGuarded(kind) ? { protected: true, database: { instance: name } } : {}),
      };
      // Snapshots are named after the stage and the second, and there is one RDS for all cases.
      await writeFile(config, JSON.stringify({ project: "faults", stages: { [name]: stage } }));
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

export function isGuarded(kind: GroundKind): boolean {
  return kind === "guarded" || kind === "reusing";
}

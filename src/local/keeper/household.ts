import { join } from "node:path";
import { serveEndpoint } from "../endpoint/server.js";
import { messageOf } from "../errors.js";
import type { FunctionDefinition } from "../functions.js";
import { createLogStore } from "../logs/store.js";
import { createPostgresServer } from "../postgres/server.js";
import { type Place, placeOf } from "../rds/address.js";
import type { Server } from "../rds/server.js";
import { createRds, type Rds } from "../rds/service.js";
import type { Outcome } from "../runtime/environment.js";
import { createPool, type Pool } from "../runtime/pool.js";
import type { Usage } from "./usage.js";

/** Everything that a keeper owns. */
export interface Household {
  endpoint: string;
  register(
    definitions: FunctionDefinition[],
    progress: (message: string) => void,
  ): Promise<Record<string, string>>;
  /** The URL of the embedded server's own database, once it runs. */
  postgres(progress: (message: string) => void): Promise<string>;
  stop(): Promise<void>;
  stopNow(): void;
}

/** What the endpoint's services may use. */
export interface Services {
  logs: ReturnType<typeof createLogStore>;
  findFunction(name: string): FunctionDefinition | undefined;
  /** Runs a function; undefined when it is throttled. */
  invoke(name: string, requestId: string, payload: Buffer): Promise<Outcome | undefined>;
  /** Runs a function later, and again when it fails, as Lambda does with an Event. */
  invokeLater(name: string, requestId: string, payload: Buffer): void;
  rds: Rds;
}

export interface HouseholdSettings {
  dataDirectory: string;
  dist: string;
  usage: Usage;
  log: (line: string) => void;
}

export async function createHousehold({
  dataDirectory,
  dist,
  usage,
  log,
}: HouseholdSettings): Promise<Household> {
  const pools = new Map<string, Pool>();
  const logs = createLogStore(join(dataDirectory, "logs"));
  // The binaries are ours or, where our own optional dependency was left out, the project's.
  const roots = (): string[] =>
    [...pools.values()].map((pool) => join(pool.definition().root, "package.json"));
  const postgres = createPostgresServer(dataDirectory, () => [join(dist, "keeper.js"), ...roots()]);

  async function database({ database: wanted }: FunctionDefinition, progress?: (message: string) => void) {
    if ("url" in wanted) return wanted.url;
    await postgres.ensureRunning(progress);
    return postgres.url(wanted.embedded);
  }

  async function invoke(name: string, requestId: string, payload: Buffer): Promise<Outcome | undefined> {
    const release = usage.hold();
    if (!release) throw new Error("migrate-remote local is stopping; run the command again");
    try {
      return await pools.get(name)?.invoke({ requestId, payload });
    } finally {
      release();
    }
  }

  const functions = (): FunctionDefinition[] => [...pools.values()].map((pool) => pool.definition());

  async function reach(server: string): Promise<Server> {
    // What goes on while everything stops must not start PostgreSQL again.
    if (usage.isOver()) throw new Error("migrate-remote local is stopping");
    if (server === "embedded") {
      await postgres.ensureRunning();
      return { url: postgres.url("postgres"), ours: true };
    }
    const known = functions().find((definition) => placeOf(definition).server === server)?.database;
    if (known && "url" in known) return { url: known.url, ours: false };
    throw new Error(`no open stage uses the server ${server}`);
  }

  async function retireHandlers({ server, database: name }: Place): Promise<void> {
    const users = [...pools.values()].filter((pool) => {
      const place = placeOf(pool.definition());
      return place.server === server && place.database === name;
    });
    await Promise.all(users.map((pool) => pool.retireIdle()));
  }

  const folder = join(dataDirectory, "rds");
  const rds = createRds({ folder, functions, reach, retireHandlers, usage, log });

  const services: Services = {
    rds,
    logs,
    findFunction: (name) => pools.get(name)?.definition(),
    invoke,
    invokeLater(name, requestId, payload) {
      const release = usage.hold();
      invokeUntilDone(() => invoke(name, requestId, payload))
        .catch((error) => log(`an Event invocation of ${name} failed: ${messageOf(error)}`))
        .finally(release);
    },
  };
  const { server, url: endpoint } = await serveEndpoint(services, log);
  const settings = {
    endpoint,
    dataDirectory,
    logs,
    database,
    runtimeFiles: { node: join(dist, "runtime.js"), python: join(dist, "runtime.py") },
  };

  return {
    endpoint,
    async register(definitions, progress) {
      const urls: Record<string, string> = {};
      for (const definition of definitions) {
        const pool = pools.get(definition.name);
        if (pool) pool.redefine(definition);
        else pools.set(definition.name, createPool(definition, settings));
      }
      for (const definition of definitions) {
        urls[definition.name] = await database(definition, progress);
        if ("embedded" in definition.database) await postgres.ensureDatabase(definition.database.embedded);
      }
      rds.settle();
      return urls;
    },
    async postgres(progress) {
      await postgres.ensureRunning(progress);
      return postgres.url("postgres");
    },
    async stop() {
      rds.stop();
      server.close();
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
      await postgres.stop();
      server.closeAllConnections();
    },
    stopNow() {
      for (const pool of pools.values()) pool.stopNow();
      postgres.stopNow();
    },
  };
}

/** Twice more after a function error; Lambda waits one and two minutes before that, which nobody wants at home. */
async function invokeUntilDone(invoke: () => Promise<Outcome | undefined>): Promise<void> {
  for (let retries = 0; retries <= 2; ) {
    const outcome = await invoke();
    if (outcome && !outcome.failed) return;
    // Throttled: it stays in the queue, which is no attempt.
    if (outcome) retries += 1;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

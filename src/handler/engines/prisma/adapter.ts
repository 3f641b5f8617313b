import type { Session } from "../../session.js";
import { type ResultSet, resultSet } from "./columns.js";
import { type AdapterError, err, ok, type Result } from "./result.js";

interface Query {
  sql: string;
  args: unknown[];
}

interface Adapter {
  provider: "postgres";
  adapterName: string;
  errorRegistry: object;
  queryRaw(query: Query): Promise<Result<ResultSet>>;
  executeRaw(query: Query): Promise<Result<number>>;
  executeScript(script: string): Promise<Result<void>>;
  startTransaction(): Promise<Result<never>>;
  getConnectionInfo(): Result<{ schemaName: string; supportsRelationJoins: boolean }>;
  dispose(): Promise<Result<void>>;
}

/** Prisma's interface of a migration-aware driver adapter, as the schema engine calls it. */
export interface AdapterFactory {
  provider: "postgres";
  adapterName: string;
  errorRegistry: object;
  connect(): Promise<Result<Adapter>>;
  connectToShadowDb(): Promise<Result<never>>;
}

export interface AdapterParts {
  schema: string;
  /** Executes a migration's script as a whole. */
  executeScript: (script: string) => Promise<void>;
  /** Is told every error as it was thrown; the engine keeps little of them. `where`: in the migration, or in a statement of the engine's own. */
  onError: (error: unknown, where: "script" | "engine") => void;
}

const identity = { provider: "postgres", adapterName: "migrate-remote", errorRegistry: {} } as const;
const unsupported = async () => err({ kind: "GenericJs", id: 0 });

/** The engine's way to the one session that holds the lock. It opens nothing, and closes nothing. */
export function adapterFactory(
  session: Session,
  { schema, executeScript, onError }: AdapterParts,
): AdapterFactory {
  const capture = async <T>(
    act: () => Promise<T>,
    where: "script" | "engine" = "engine",
  ): Promise<Result<T>> => {
    try {
      return ok(await act());
    } catch (error) {
      onError(error, where);
      return err(adapterError(error));
    }
  };
  const adapter: Adapter = {
    ...identity,
    queryRaw: ({ sql, args }) =>
      capture(async () => resultSet(await guarded(session, sql, () => session.queryRaw(sql, args)))),
    executeRaw: ({ sql, args }) => capture(async () => (await session.queryRaw(sql, args)).count),
    executeScript: (script) => capture(() => executeScript(script), "script"),
    startTransaction: unsupported,
    getConnectionInfo: () => ok({ schemaName: schema, supportsRelationJoins: false }),
    dispose: async () => ok(undefined),
  };
  return { ...identity, connect: async () => ok(adapter), connectToShadowDb: unsupported };
}

/** The engine reads its table to see whether there is one; inside a transaction of ours the error must not end that. */
async function guarded<T>(session: Session, sql: string, act: () => Promise<T>): Promise<T> {
  if (session.transactionStatus() !== "T" || !/^\s*select\b/i.test(sql)) return act();
  await session.execute("SAVEPOINT migrate_remote_engine");
  try {
    const result = await act();
    await session.execute("RELEASE SAVEPOINT migrate_remote_engine");
    return result;
  } catch (error) {
    await session.execute("ROLLBACK TO SAVEPOINT migrate_remote_engine").catch(() => {});
    throw error;
  }
}

function adapterError(error: unknown): AdapterError {
  const fields = (error instanceof Error ? error : {}) as Partial<Record<string, unknown>>;
  const text = (name: string) => (typeof fields[name] === "string" ? (fields[name] as string) : undefined);
  const code = text("code");
  const severity = text("severity");
  if (code === undefined || severity === undefined) return { kind: "ConnectionClosed" };
  return {
    kind: "postgres",
    code,
    severity,
    message: text("message") ?? "",
    detail: text("detail"),
    column: text("column"),
    hint: text("hint"),
  };
}

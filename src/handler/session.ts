import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import type { Connection } from "./connection.js";
import { asRefusal, mayPass, serverError } from "./database-error.js";
import { Refusal } from "./refusal.js";

/** One connection to PostgreSQL, told in our own words so that no type of `pg` is part of the public API. */
export interface Session {
  readonly connection: Connection;
  /** The backend that answered when we connected. */
  readonly pid: number;
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** As `query`, but with the columns' types and every value as PostgreSQL wrote it. */
  queryRaw(text: string, values?: unknown[]): Promise<RawResult>;
  /**
   * Sends a script whole, without parameters; its rows are thrown away as they come. Rejects with PostgreSQL's error;
   * `completed` then says how many of its statements were executed before.
   */
  execute(script: string, progress?: { completed: number }): Promise<void>;
  /** `I` idle, `T` in a transaction, `E` in a failed one. */
  transactionStatus(): string | null;
  /** Breaks the connection, so that what waits for an answer fails now. */
  abort(): void;
  close(): Promise<void>;
}

/** `type` is the oid of PostgreSQL's type. */
export interface RawColumn {
  name: string;
  type: number;
}

export interface RawResult {
  columns: RawColumn[];
  rows: (string | null)[][];
  /** Rows that a statement changed, or gave. */
  count: number;
}

export interface Notice {
  severity: string;
  message: string;
}

export interface SessionOptions {
  /** Milliseconds. */
  connectTimeout: number;
  /** Milliseconds within which another try is begun, where a moment may help: a database that starts, or fails over. None by default. */
  patience?: number;
  onNotice?: (notice: Notice) => void;
}

/** Connects. A failure is a `Refusal` that names the host and never the password. */
export async function openSession(connection: Connection, options: SessionOptions): Promise<Session> {
  const began = performance.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await openFirst(connection, options);
    } catch (error) {
      const pause = pauses[tries - 1];
      const elapsed = performance.now() - began;
      const isLast = pause === undefined || elapsed + pause > (options.patience ?? 0);
      if (isLast || !mayPass(error)) throw toldAfter(asRefusal(error, connection), tries, elapsed);
      await wait(pause);
    }
  }
}

const pauses = [200, 600, 1400];

function toldAfter({ error }: Refusal, tries: number, ms: number): Refusal {
  const tried = tries === 1 ? "" : ` It was tried ${tries} times in ${(ms / 1000).toFixed(1)} s.`;
  return new Refusal({ ...error, message: `${error.message}${tried}` });
}

async function openFirst(connection: Connection, options: SessionOptions): Promise<Session> {
  const [last, ...earlier] = [...connection.tls].reverse();
  for (const tls of earlier.reverse()) {
    try {
      return await connect(connection, tls, options);
    } catch (error) {
      if (!isRefusedWay(error)) throw error;
    }
  }
  return connect(connection, last ?? false, options);
}

/** The server answered but not on this way: without TLS, or with it. */
function isRefusedWay(error: unknown): boolean {
  const server = serverError(error);
  if (server !== undefined) return server.sqlstate === "28000";
  if (!(error instanceof Error)) return false;
  return /SSL/.test(error.message) || /SSL|TLS/.test(String((error as { code?: unknown }).code));
}

async function connect(
  connection: Connection,
  tls: Connection["tls"][number],
  options: SessionOptions,
): Promise<Session> {
  const { host, port, user, database, password } = connection;
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    password,
    ssl: tls,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: options.connectTimeout,
    ...(connection.options === undefined ? {} : { options: connection.options }),
  });
  // A connection that breaks between two statements is met by the next one; unheard, the event would end the process.
  client.on("error", () => {});
  client.on("notice", (notice) => {
    // A ROLLBACK of ours where there is nothing to roll back.
    if (notice.code === "25P01") return;
    options.onNotice?.({ severity: notice.severity ?? "NOTICE", message: notice.message ?? "" });
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    return sessionOf(connection, client, rows[0]?.pid ?? 0);
  } catch (error) {
    await end(client);
    throw error;
  }
}

function sessionOf(connection: Connection, client: pg.Client, pid: number): Session {
  return {
    connection,
    pid,
    query: async <Row>(text: string, values: unknown[] = []) =>
      (await client.query(text, values)).rows as Row[],
    queryRaw: (text, values = []) => queryRaw(client, text, values),
    execute: (script, progress = { completed: 0 }) => execute(client, script, progress),
    transactionStatus: () => client.getTransactionStatus(),
    abort: () => client.connection.stream.destroy(),
    close: () => end(client),
  };
}

async function queryRaw(client: pg.Client, text: string, values: unknown[]): Promise<RawResult> {
  const asWritten = { getTypeParser: () => (value: unknown) => value } as pg.CustomTypesConfig;
  const result = await client.query<(string | null)[]>({ text, values, rowMode: "array", types: asWritten });
  return {
    columns: result.fields.map((field) => ({ name: field.name, type: field.dataTypeID })),
    rows: result.rows,
    count: result.rowCount ?? 0,
  };
}

function execute(client: pg.Client, script: string, progress: { completed: number }): Promise<void> {
  const count = () => {
    progress.completed += 1;
  };
  client.connection.on("commandComplete", count);
  return new Promise<void>((resolve, reject) => {
    const query = new pg.Query(script);
    // With a listener for rows, `pg` keeps none.
    query.on("row", () => {});
    query.on("end", () => resolve());
    query.on("error", reject);
    client.query(query);
  }).finally(() => client.connection.off("commandComplete", count));
}

/** A dead network does not answer a farewell. */
async function end(client: pg.Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 2000);
  });
  await Promise.race([client.end().catch(() => {}), late]);
  clearTimeout(timer);
  client.connection.stream.destroy();
}

import pg from "pg";

export async function withClient<T>(
  connectionString: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  // The server may be killed while we are connected; the query then fails, and that is enough.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

export async function createDatabaseIfMissing(url: string, name: string): Promise<void> {
  await withClient(url, async (client) => {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  });
}

/** The server ended or recovers from the end of one of its processes; what it refuses has another SQLSTATE. */
export function isLostConnection(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || /^(57P0[123]|08)/.test(error.code ?? "");
}

import { randomBytes } from "node:crypto";
import pg from "pg";
import { readFingerprint } from "../contract/sql/fingerprint.js";
import { tokens } from "../contract/sql/lexer.js";
import { type LocalPlace, openPostgres } from "./open.js";
import { withClient } from "./postgres/connect.js";

/** An empty database of the embedded server that is gone afterwards. */
export interface Scratch {
  url: string;
  /** Runs a script: in one transaction, or statement by statement. Rejects with PostgreSQL's error. */
  execute(script: string, transactional: boolean): Promise<void>;
  /** The schema as text: what each object is called → what it is. */
  schema(): Promise<Map<string, string>>;
}

const prefix = "migrate_remote_scratch_";

export async function withScratch<T>(place: LocalPlace, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const { url, close } = await openPostgres(place);
  try {
    return await withClient(url, async (admin) => {
      await dropForsaken(admin);
      const name = `${prefix}${randomBytes(6).toString("hex")}`;
      // Held as long as we live: whoever finds the database later can tell that nobody needs it.
      await admin.query("SELECT pg_advisory_lock(hashtext($1))", [name]);
      await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
      try {
        return await work(scratchAt(Object.assign(new URL(url), { pathname: `/${name}` }).href));
      } finally {
        await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      }
    });
  } finally {
    await close();
  }
}

/** What a killed command left. */
async function dropForsaken(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
    [prefix],
  );
  for (const { datname } of rows) {
    const { rows: tries } = await admin.query<{ free: boolean }>(
      "SELECT pg_try_advisory_lock(hashtext($1)) AS free",
      [datname],
    );
    if (tries[0]?.free !== true) continue;
    await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
    await admin.query("SELECT pg_advisory_unlock(hashtext($1))", [datname]);
  }
}

function scratchAt(url: string): Scratch {
  return {
    url,
    execute: (script, transactional) =>
      withClient(url, async (client) => {
        if (!transactional) {
          for (const statement of statementsIn(script)) await client.query(statement);
          return;
        }
        await client.query("BEGIN");
        await client.query(script);
        await client.query("COMMIT");
      }),
    schema: () =>
      withClient(url, (client) => {
        const reader = {
          execute: (text: string) => client.query(text),
          query: async <Row>(text: string, values: unknown[]) =>
            (await client.query(text, values)).rows as Row[],
        };
        return readFingerprint(reader, { schema: "", name: "" });
      }),
  };
}

function statementsIn(script: string): string[] {
  const statements: string[] = [];
  let from = 0;
  for (const { kind, end } of tokens(script)) {
    if (kind !== "semicolon") continue;
    statements.push(script.slice(from, end));
    from = end;
  }
  return [...statements, script.slice(from)].filter((statement) => !tokens(statement).next().done);
}

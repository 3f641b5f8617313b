import pg from "pg";
import { withClient } from "../postgres/connect.js";
import { endSessionsOf, removeDatabase, type Server } from "./server.js";

/**
 * Gives a restored copy its name and opens it. The mark stays with the database whatever it is called, so that nothing but what was
 * restored is ever dropped, even where a keeper was killed between the naming and its record.
 *
 * @returns the name: the one wished for, or with a number where that is taken
 */
export async function christen({ url }: Server, draft: string, wish: string): Promise<string> {
  return withClient(url, async (client) => {
    await client.query(
      `COMMENT ON DATABASE ${pg.escapeIdentifier(draft)} IS ${pg.escapeLiteral(markOf(draft))}`,
    );
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? "" : `_${number}`;
      const name = `${wish.slice(0, 63 - suffix.length)}${suffix}`;
      try {
        await client.query(
          `ALTER DATABASE ${pg.escapeIdentifier(draft)} RENAME TO ${pg.escapeIdentifier(name)}`,
        );
      } catch (error) {
        if (error instanceof pg.DatabaseError && error.code === "42P04") continue;
        throw error;
      }
      await client.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} ALLOW_CONNECTIONS true`);
      return name;
    }
  });
}

/** `shop-after-friday` as a database is named so that it can be typed into psql without quotes. */
export function databaseNameFor(identifier: string): string {
  return identifier.replaceAll("-", "_");
}

/** What was made under this mark: a restored database by whatever name, or the draft of one. */
export async function namesOfMarked(client: pg.Client, draft: string): Promise<string[]> {
  const { rows } = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_catalog.pg_database
     WHERE datname = $1 OR pg_catalog.shobj_description(oid, 'pg_database') = $2`,
    [draft, markOf(draft)],
  );
  return rows.map(({ datname }) => datname);
}

/** Ends what may still be at work on it and drops it. */
export async function discard({ url }: Server, draft: string): Promise<void> {
  await withClient(url, async (client) => {
    await endSessionsOf(client, draft);
    for (const name of await namesOfMarked(client, draft)) await removeDatabase(client, name);
  });
}

function markOf(draft: string): string {
  return `migrate-remote: ${draft}`;
}

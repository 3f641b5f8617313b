import pg from "pg";
import { withClient } from "../postgres/connect.js";
import type { Server } from "./server.js";

/** Gives a restored copy its name and opens it. @returns the name: the one wished for, or with a number where that is taken */
export async function christen({ url }: Server, draft: string, identifier: string): Promise<string> {
  return withClient(url, async (client) => {
    for (let number = 1; ; number += 1) {
      const name = nameFor(identifier, number);
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

/** Whether `christen` may have given this name. */
export function isNameFor(identifier: string, name: string): boolean {
  const number = Number(/_(\d{1,9})$/.exec(name)?.[1] ?? 1);
  return [1, number].some((candidate) => nameFor(identifier, candidate) === name);
}

/** `shop-after-friday` as a database is named so that it can be typed into psql without quotes. */
function nameFor(identifier: string, number: number): string {
  const suffix = number === 1 ? "" : `_${number}`;
  return `${identifier.replaceAll("-", "_").slice(0, 63 - suffix.length)}${suffix}`;
}

import type { FunctionDefinition } from "../functions.js";

/** A database as a person would point at it, without the secret that opens it. */
export interface Place {
  /** `embedded`, or `host:port`. */
  server: string;
  database: string;
}

export interface Address {
  host: string;
  port: number;
  user: string;
  database: string;
}

/** What a PostgreSQL URL says, with what libpq takes where it says nothing. */
export function addressOf(url: string): Address {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  const user = decodeURIComponent(username) || searchParams.get("user") || "postgres";
  return {
    host: searchParams.get("host") || hostname.replace(/^\[(.*)\]$/, "$1") || "localhost",
    port: Number(searchParams.get("port") || port || 5432),
    user,
    database: decodeURIComponent(pathname.slice(1)) || user,
  };
}

export function samePlace(one: Place, other: Place): boolean {
  return one.server === other.server && one.database === other.database;
}

export function placeOf({ database }: FunctionDefinition): Place {
  if ("embedded" in database) return { server: "embedded", database: database.embedded };
  const { host, port, database: name } = addressOf(database.url);
  return { server: `${host}:${port}`, database: name };
}

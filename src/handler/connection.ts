import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { Refusal, refusal } from "./refusal.js";
import type { DatabaseOption, DatabaseSettings } from "./types.js";

/** Where to connect and as whom. Never printed: only host, port, database and user may be. */
export interface Connection {
  host: string;
  port: number;
  user: string;
  database: string;
  password: () => string | Promise<string>;
  /** Tried in this order, the next one where the server has no TLS or refuses the way. */
  tls: (false | ConnectionOptions)[];
  /** PostgreSQL's startup `options`, only where the URL has them: poolers refuse these. */
  options?: string;
  /** Prisma's `?schema=`: where its migrations work. */
  schema?: string;
}

export async function resolveConnection(option: DatabaseOption): Promise<Connection> {
  const value = typeof option === "function" ? await askFor(option) : option;
  if (value === undefined || value === null || value === "") {
    throw refusal(
      "configuration_error",
      "The handler's `database` gives nothing, so there is nothing to connect to. Nothing was done.",
      { hint: "Set the environment variable that it reads (DATABASE_URL?) on the function." },
    );
  }
  const settings = typeof value === "string" ? parseUrl(value) : fromParts(value);
  if (settings.host === "") throw unusable("names no host");
  return settings;
}

async function askFor(option: () => unknown): Promise<DatabaseSettings | string | undefined> {
  try {
    return (await option()) as DatabaseSettings | string | undefined;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // The message may hold what was being read; its type says enough.
    const type = error instanceof Error ? error.name : typeof error;
    throw refusal(
      "configuration_error",
      `The handler's \`database\` function threw (${type}). Nothing was done.`,
      {
        hint: "Look at what it reads: a secret that does not exist, or that the function may not read?",
      },
    );
  }
}

function fromParts(parts: DatabaseSettings): Connection {
  const { password = process.env.PGPASSWORD ?? "" } = parts;
  const user = parts.user ?? process.env.PGUSER ?? "postgres";
  return {
    host: parts.host ?? process.env.PGHOST ?? "",
    port: portOf(parts.port ?? process.env.PGPORT),
    user,
    database: parts.database ?? process.env.PGDATABASE ?? user,
    password: typeof password === "function" ? password : () => password,
    tls:
      parts.ssl === undefined
        ? tlsOf(defaultMode(), {})
        : [parts.ssl === true ? {} : withoutUndefined(parts.ssl)],
  };
}

function parseUrl(text: string): Connection {
  // WHATWG's parser wants a host where libpq takes `postgresql:///database?host=/run/postgresql`.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw unusable("is no URL (is a password in it not percent-encoded?)");
  // `postgresql+psycopg2:` names SQLAlchemy's driver: one secret does for a Python function and for this one.
  if (!/^postgres(ql)?(\+\w+)?:$/.test(url.protocol)) throw unusable("does not begin with postgresql://");
  // A password with @ and / or # leaves one half of itself as the host, which messages name.
  if (`${url.pathname}${url.hash}`.includes("@"))
    throw unusable("has an @ behind its host (is a password in it not percent-encoded?)");
  const query = url.searchParams;
  const part = (text: string) => decode(text);
  const user = query.get("user") || part(url.username) || process.env.PGUSER || "postgres";
  const password = query.get("password") || part(url.password) || process.env.PGPASSWORD || "";
  const options = query.get("options");
  const schema = query.get("schema");
  return {
    host: query.get("host") || part(url.hostname).replace(/^\[(.*)\]$/, "$1") || process.env.PGHOST || "",
    port: portOf(query.get("port") || url.port || process.env.PGPORT),
    user,
    database: query.get("dbname") || part(url.pathname.slice(1)) || process.env.PGDATABASE || user,
    password: () => password,
    tls: tlsOf(query.get("sslmode") ?? defaultMode(), {
      ca: query.get("sslrootcert") ?? undefined,
      cert: query.get("sslcert") ?? undefined,
      key: query.get("sslkey") ?? undefined,
    }),
    ...(options === null ? {} : { options }),
    ...(schema ? { schema } : {}),
  };
}

function defaultMode(): string {
  return process.env.PGSSLMODE || "prefer";
}

/** `sslmode` as libpq means it, which is not how `pg` reads it. */
function tlsOf(
  mode: string,
  files: { ca?: string | undefined; cert?: string | undefined; key?: string | undefined },
): Connection["tls"] {
  const ca = files.ca === undefined || files.ca === "system" ? undefined : readPem("sslrootcert", files.ca);
  const given = withoutUndefined({
    ca,
    cert: files.cert === undefined ? undefined : readPem("sslcert", files.cert),
    key: files.key === undefined ? undefined : readPem("sslkey", files.key),
  });
  const unchecked = { ...given, rejectUnauthorized: false };
  const anyName = { ...given, checkServerIdentity: () => undefined };
  switch (mode) {
    case "disable":
      return [false];
    case "allow":
      return [false, unchecked];
    case "prefer":
      return [unchecked, false];
    case "no-verify":
      return [unchecked];
    case "require":
      // libpq: with a root certificate, `require` checks the chain.
      return [ca === undefined ? unchecked : anyName];
    case "verify-ca":
      return [anyName];
    case "verify-full":
      return [given];
    default:
      throw unusable(
        "has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full",
      );
  }
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw unusable(`names a file for ${name} that cannot be read`);
  }
}

function portOf(value: string | number | undefined): number {
  const port = value === undefined || value === "" ? 5432 : Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw unusable("has a port that is no port");
  return port;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable("has a % in it that begins no percent-encoding");
  }
}

function unusable(why: string) {
  return refusal("configuration_error", `The handler's \`database\` ${why}. Nothing was done.`, {
    hint: "Give postgresql://USER:PASSWORD@HOST:5432/DATABASE, with special characters percent-encoded, or an object with host, user, password and database.",
  });
}

function withoutUndefined<T>(value: T): T extends object ? { [K in keyof T]: Exclude<T[K], undefined> } : T {
  if (typeof value !== "object" || value === null) return value as never;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

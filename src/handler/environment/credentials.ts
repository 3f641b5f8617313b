import { isObject } from "../../contract/json.js";
import { type Refusal, refusal } from "../refusal.js";

/** As `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What says where the database is. Never printed: only the name of its source may be. */
export interface Credentials {
  text: string;
  source: string;
}

export function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}

/**
 * The `postgresql://` URL that a variable or a secret holds: as it is, in JSON, or in parts as RDS and Secrets Manager keep them, completed by
 * the environment. Throws a `Refusal` that repeats nothing of it.
 */
export function decodeCredentials({ text, source }: Credentials, environment: Environment): string {
  const trimmed = text.trim();
  if (trimmed === "") throw unusable(source, "is empty");
  if (!/^[{"]/.test(trimmed)) return trimmed;
  const value = parseJson(trimmed);
  if (typeof value === "string") return value.trim();
  if (value === undefined) throw unusable(source, "begins like JSON and is none");
  if (!isObject(value)) throw unusable(source, "is neither a URL nor a JSON object");
  for (const key of ["url", "DATABASE_URL", "DbConnStr", "connection_string"]) {
    const url = value[key];
    if (typeof url === "string" && url.trim() !== "") return url.trim();
  }
  return fromParts(value, source, environment);
}

/** A secret that RDS manages knows username and password alone; where the database is, the function's environment says. */
function fromParts(parts: Record<string, unknown>, source: string, environment: Environment): string {
  const { engine } = parts;
  if (engine !== undefined && engine !== null && !String(engine).toLowerCase().includes("postgres"))
    throw unusable(source, "is of a database that is not PostgreSQL");
  const part = (variable: string, ...keys: string[]) => {
    const value = keys
      .map((key) => parts[key])
      .find((one) => one !== undefined && one !== null && one !== "");
    if (value === undefined) return environment[variable] ?? "";
    if (typeof value === "string" || Number.isInteger(value)) return String(value);
    throw unusable(source, `has a ${keys[0]} that is neither text nor a number`);
  };
  const named = (name: string, value: string, variable: string) => {
    if (value !== "") return value;
    const hint = `Set ${variable} on the function, or put it into the secret.`;
    throw unusable(source, `names no ${name}`, hint);
  };
  const query = {
    user: named("username", part("PGUSER", "username", "user"), "PGUSER"),
    host: named("host", part("PGHOST", "host", "hostname"), "PGHOST"),
    dbname: named("database", part("PGDATABASE", "dbname", "database"), "PGDATABASE"),
    password: part("PGPASSWORD", "password"),
    port: part("PGPORT", "port"),
    sslmode: part("PGSSLMODE", "sslmode"),
  };
  const told = Object.entries(query).filter(([, value]) => value !== "");
  return `postgresql:///?${new URLSearchParams(told)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unusable(source: string, why: string, hint?: string): Refusal {
  return refusal("configuration_error", `What ${source} holds ${why}. Nothing was done.`, {
    hint:
      hint ??
      "It is to be postgresql://USER:PASSWORD@HOST:5432/DATABASE with special characters percent-encoded, or JSON with username, password, host, port and dbname.",
  });
}

import type { ErrorCode } from "../contract/errors.js";
import { redact } from "../contract/redact.js";
import type { Connection } from "./connection.js";
import { Refusal, refusal } from "./refusal.js";

/** What PostgreSQL says about an error, as far as it is one of PostgreSQL's. All of it is untrusted text. */
export interface ServerError {
  sqlstate: string;
  message: string;
  severity?: string;
  detail?: string;
  hint?: string;
  where?: string;
  /** Characters from 1, within the text that was sent. */
  position?: number;
}

export function serverError(error: unknown): ServerError | undefined {
  if (!(error instanceof Error)) return undefined;
  const fields = error as Error & Record<string, unknown>;
  if (typeof fields.code !== "string" || !/^[0-9A-Z]{5}$/.test(fields.code) || fields.severity === undefined)
    return undefined;
  const position = Number(fields.position);
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === "string" && value !== "" ? { [name]: boundedText(value) } : {};
  };
  return {
    sqlstate: fields.code,
    message: boundedText(error.message),
    ...text("severity"),
    ...text("detail"),
    ...text("hint"),
    ...text("where"),
    ...(Number.isInteger(position) && position > 0 ? { position } : {}),
  };
}

/** True where the connection is gone, so that nothing more can be asked on it. */
export function isConnectionLost(error: unknown): boolean {
  const server = serverError(error);
  if (server === undefined) return isNetworkError(error);
  return (
    server.severity === "FATAL" || server.severity === "PANIC" || /^(08|57P0[1-5])/.test(server.sqlstate)
  );
}

function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/^(Connection terminated|Client (has encountered|was closed))/.test(error.message)) return true;
  return /^E[A-Z_]+$/.test(String((error as { code?: unknown }).code ?? ""));
}

const passing = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN", "EHOSTUNREACH"]);

/** True where connecting again in a moment may succeed: a database that starts, restarts or fails over, or has no place just now. */
export function mayPass(error: unknown): boolean {
  const server = serverError(error);
  if (server !== undefined) return /^(08|57P0[1-3]|53300)/.test(server.sqlstate);
  if (!(error instanceof Error)) return false;
  if (/timeout expired|^Connection terminated/.test(error.message)) return true;
  return passing.has(String((error as { code?: unknown }).code ?? ""));
}

/** Errors with a code are PostgreSQL's, the network's or ours; anything else is told as it is. */
export function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && ("code" in error || /^(Connection|Client) /.test(error.message));
}

/** Errors of PostgreSQL and of the network outside migrations, as what they mean to a person. */
export function asRefusal(error: unknown, { host, port, database, user }: Connection): Refusal {
  if (error instanceof Refusal) return error;
  const server = serverError(error);
  const place = `${host}:${port}`;
  if (server === undefined) {
    return refusal(
      "database_unreachable",
      `The database at ${place} cannot be reached: ${networkReason(error)}.`,
      {
        hint: "Check that it is running, and that the function's subnets and security group may reach it.",
      },
    );
  }
  const say = (code: ErrorCode, message: string, hint: string) =>
    refusal(code, message, { hint, sqlstate: server.sqlstate });
  const { sqlstate } = server;
  if (sqlstate === "28P01" || sqlstate === "28000") {
    return say(
      "database_authentication_failed",
      `The database at ${place} does not let user ${user} in: ${server.message}.`,
      "Check the user, the password and sslmode of the database that the function is given; a local stage's is its `local.database`.",
    );
  }
  if (sqlstate === "3D000") {
    return say(
      "database_not_found",
      `The server at ${place} has no database called ${database}.`,
      "Check the name of the database that the function is given, or create it; a local stage's is its `local.database`.",
    );
  }
  if (sqlstate === "42501") {
    return say(
      "permission_denied",
      `User ${user} may not do this in database ${database}: ${server.message}.`,
      `Grant user ${user} what is missing, or give the function another user.`,
    );
  }
  if (sqlstate === "55P03") {
    return say(
      "locked",
      `Another session holds a lock on what had to be read in database ${database}: ${server.message}.`,
      "A migration is probably running. Ask again when it has ended: migrate-remote status",
    );
  }
  if (sqlstate === "25006") {
    return say(
      "configuration_error",
      `Database ${database} at ${place} is read-only: ${server.message}.`,
      "Point the function at the writer, not at a replica.",
    );
  }
  if (/^(08|53|57P|57014)/.test(sqlstate)) {
    return say(
      "database_unreachable",
      `The database at ${place} does not serve us: ${server.message}.`,
      "Try again when it is up: migrate-remote status",
    );
  }
  return say(
    "internal_error",
    `PostgreSQL refused a statement of the handler itself: ${server.message}.`,
    handlerBug,
  );
}

const handlerBug = "Look at the function's logs: migrate-remote logs --last";

const reasons: Record<string, string> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name could not be looked up",
  ETIMEDOUT: "nothing answers there",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ENOENT: "there is no such socket",
};

/** Only from words of our own and codes: a message of unknown origin may quote what it was given. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return "the connection failed";
  const code = String((error as Error & { code?: unknown }).code ?? "");
  const known = reasons[code];
  if (known !== undefined) return known;
  if (/timeout expired/.test(error.message)) return "nothing answered in time";
  if (/does not support SSL/.test(error.message)) return "it offers no TLS, which sslmode asks for";
  if (/password must be a (non-empty )?string/.test(error.message))
    return "it asks for a password and none is set";
  if (/CERT|SSL|TLS|SIGNED/.test(code)) return `its certificate was not accepted (${code})`;
  return code === "" ? "the connection ended" : `the connection failed (${code})`;
}

export function boundedText(text: string, most = 4000): string {
  const clean = redact(text.slice(0, most * 2));
  return clean.length > most ? `${clean.slice(0, most)}…` : clean;
}

import type { Session } from "./session.js";

/** Limits of a session's statements in milliseconds; 0 is no limit. */
export interface SessionLimits {
  statementTimeout: number;
  lockTimeout: number;
}

export interface SessionSettings extends SessionLimits {
  /** `migrate-remote <run id> <who>`: how others see who holds the lock. */
  applicationName: string;
  readOnly: boolean;
  /** Statements of our own rely on seeing what was committed before each of them; a migration's have what their user is set to. */
  readCommitted: boolean;
}

/**
 * Set after connecting, because poolers refuse startup options. A server that does not know a setting is left without it.
 *
 * A handler that is killed does not stop PostgreSQL: without `client_connection_check_interval` a statement goes on and
 * commits with nobody there to hear of it.
 */
export async function applySettings(session: Session, settings: SessionSettings): Promise<void> {
  const values: Record<string, string> = {
    application_name: settings.applicationName,
    default_transaction_read_only: settings.readOnly ? "on" : "off",
    statement_timeout: String(settings.statementTimeout),
    lock_timeout: String(settings.lockTimeout),
    idle_in_transaction_session_timeout: "60s",
    tcp_keepalives_idle: "5",
    tcp_keepalives_interval: "3",
    tcp_keepalives_count: "3",
    client_min_messages: "notice",
  };
  if (settings.readCommitted) values.default_transaction_isolation = "read committed";
  if (!settings.readOnly) values.synchronous_commit = "on";
  await session.query(
    "SELECT set_config(s.name, v.value, false) FROM pg_catalog.pg_settings s " +
      "JOIN json_each_text($1::json) AS v(name, value) ON v.name = s.name",
    [JSON.stringify(values)],
  );
  await session
    .query(
      "SELECT set_config(name, '2s', false) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'",
    )
    // Known to every PostgreSQL from 14, refused where its operating system cannot do it.
    .catch(() => {});
}

/** Undoes what a migration did to the session (`SET search_path`, `SET ROLE`), so that the next one starts as the first did. */
export async function restoreSettings(session: Session, settings: SessionSettings): Promise<void> {
  await session.execute("RESET SESSION AUTHORIZATION; RESET ALL");
  await applySettings(session, settings);
}

/** 63 bytes are all that PostgreSQL keeps, and only printable ASCII survives everywhere. */
export function applicationName(runId: string, requestedBy = ""): string {
  const who = requestedBy.replace(/[^\x21-\x7e]+/g, "_");
  return `migrate-remote ${runId} ${who}`.trim().slice(0, 63);
}

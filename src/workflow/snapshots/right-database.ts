import { Failure } from "../../contract/failure.js";
import type { DatabaseIdentity } from "../../contract/report.js";
import type { Database, DatabaseRef } from "../../remote/databases.js";
import { RemoteError } from "../../remote/remote-error.js";
import type { StageContext } from "../stage-context.js";
import { name } from "./database-state.js";
import { isProxyHost, isRdsHost } from "./rds-host.js";

/** Whether what is snapshotted is what the function is connected to. */
export type Match = { kind: "same" } | { kind: "other"; what: string } | { kind: "unproved"; why: string };

/**
 * Refuses where the function works on another database than the one that is snapshotted; warns where that cannot be proved. `told`: why the
 * function does not say it was told already.
 */
export async function checkRightDatabase(
  context: StageContext,
  database: Database,
  connected: DatabaseIdentity | undefined,
  { told = false }: { told?: boolean } = {},
): Promise<void> {
  const match = await matchDatabase(context, database, connected);
  if (match.kind === "same") return;
  const { stage } = context.target;
  if (match.kind === "unproved") {
    context.emit({
      type: "warning",
      code: "database_unproved",
      message: `${name(database)} is what will be snapshotted; that the function of stage ${stage} works on it could not be proved${told ? "" : `: ${match.why}`}.`,
    });
    return;
  }
  throw new Failure(
    "wrong_database",
    `The function of stage ${stage} is connected to ${match.what}, and what would be snapshotted is ${name(database).toLowerCase()}. Nothing was changed.`,
    {
      category: "refused",
      hint: `Make the two agree: \`database\` of stage ${stage} in .migraterc.json, or the function's own connection.`,
    },
  );
}

export async function matchDatabase(
  context: StageContext,
  database: Database,
  connected: DatabaseIdentity | undefined,
): Promise<Match> {
  if (connected === undefined) return { kind: "unproved", why: "it does not say which database that is" };
  const host = connected.host.toLowerCase().replace(/\.$/, "");
  const isEndpoint = database.endpoints.some(
    (endpoint) => endpoint.host === host && (endpoint.port === undefined || endpoint.port === connected.port),
  );
  if (isEndpoint) return { kind: "same" };
  if (!isRdsHost(host)) return { kind: "unproved", why: `${host} is no address of RDS` };
  if (!isProxyHost(host)) return { kind: "other", what: host };
  return behindProxy(context, database, host);
}

async function behindProxy(
  { databases, signal }: StageContext,
  database: Database,
  host: string,
): Promise<Match> {
  let behind: DatabaseRef[] | undefined;
  try {
    behind = await databases.behindProxy(host, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RemoteError)) throw error;
    return { kind: "unproved", why: `what is behind the proxy ${host} could not be read (${error.code})` };
  }
  if (behind === undefined)
    return { kind: "unproved", why: `the proxy ${host} is not among those of this account` };
  if (behind.length === 0) return { kind: "unproved", why: `the proxy ${host} has no target` };
  if (behind.some((target) => leadsTo(target, database))) return { kind: "same" };
  const what = behind.map((target) => name(target).toLowerCase()).join(", ");
  return { kind: "other", what: `${what} (through the proxy ${host})` };
}

function leadsTo({ kind, identifier }: DatabaseRef, database: Database): boolean {
  if (kind === database.kind && identifier === database.identifier) return true;
  return kind === "instance" && database.members.some((member) => member.identifier === identifier);
}

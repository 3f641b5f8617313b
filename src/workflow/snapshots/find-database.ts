import { Failure } from "../../contract/failure.js";
import type { DatabaseIdentity } from "../../contract/report.js";
import type { Database, DatabaseRef } from "../../remote/databases.js";
import type { StageContext } from "../stage-context.js";
import { type Asked, askFunction } from "./ask-function.js";
import { isProxyHost, isRdsHost } from "./rds-host.js";

/**
 * The instance or cluster to snapshot: the configured one, else the one that the function's own connection names. An instance of a cluster
 * stands for its cluster, since only that can be snapshotted.
 *
 * @throws Failure where neither says one, or RDS does not know it.
 */
export async function findDatabase(
  context: StageContext,
  connected?: DatabaseIdentity,
  silent?: Asked["silent"],
): Promise<Database> {
  const { target, databases, signal } = context;
  const reference = target.database ?? (await namedByHost(context, connected?.host));
  if (reference === undefined) throw unconfigured(context, silent);
  const found = await databases.describe(reference, { signal });
  if (found.cluster === undefined) return found;
  return databases.describe({ kind: "cluster", identifier: found.cluster }, { signal });
}

/** The same for commands that need nothing else of the function: it is asked only where the configuration does not say. */
export async function findDatabaseAlone(context: StageContext): Promise<Database> {
  const { report, silent } = context.target.database === undefined ? await askFunction(context) : {};
  return findDatabase(context, report?.database, silent);
}

/** `shop-prod.abc123.us-west-2.rds.amazonaws.com` carries its identifier, a cluster's endpoints have `cluster-` in the second label. */
async function namedByHost(
  { databases, signal }: StageContext,
  host: string | undefined,
): Promise<DatabaseRef | undefined> {
  if (host === undefined || !isRdsHost(host)) return undefined;
  if (isProxyHost(host)) {
    const [only, ...others] = (await databases.behindProxy(host, { signal })) ?? [];
    return others.length === 0 ? only : undefined;
  }
  const [identifier = "", zone = ""] = host.toLowerCase().split(".");
  // A custom endpoint's name is not the cluster's.
  if (zone.startsWith("cluster-custom-")) return undefined;
  return { kind: zone.startsWith("cluster-") ? "cluster" : "instance", identifier };
}

function unconfigured({ target }: StageContext, silent: Asked["silent"]): Failure {
  const why =
    silent === undefined ? "the function's own connection does not tell" : "the function could not be asked";
  const cause = silent === undefined ? "" : `\n${silent.message}`;
  return new Failure(
    "database_unconfigured",
    `Which database to snapshot for stage ${target.stage} is not configured, and ${why}. Nothing was changed.${cause}`,
    {
      category: "usage",
      hint: `Say it in .migraterc.json, for stage ${target.stage}: "database": { "instance": "NAME" }, or { "cluster": "NAME" } for Aurora.`,
    },
  );
}

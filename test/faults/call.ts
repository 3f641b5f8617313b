/** The calls that a command makes, as the proxy tells them apart. `run 2`: its second part. */
export type Call =
  | "configuration"
  | "identity"
  | "status"
  | "dry-run"
  | `run ${number}`
  | "run-result"
  | "fence-run"
  | "list-runs"
  | "logs"
  | "describe-database"
  | "list-snapshots"
  | "create-snapshot"
  | "describe-snapshot"
  | "tag-snapshot"
  | "other";

export interface RequestFacts {
  method: string;
  path: string;
  /** The header `x-amz-target`. */
  target: string;
  body: string;
}

export function callOf({ method, path, target, body }: RequestFacts): Call {
  if (target.endsWith(".FilterLogEvents")) return "logs";
  if (method === "GET" && path.endsWith("/configuration")) return "configuration";
  if (path.endsWith("/invocations")) return invocationOf(body);
  return queryOf(new URLSearchParams(body));
}

/** What the query protocol asks of STS and RDS. */
function queryOf(form: URLSearchParams): Call {
  switch (form.get("Action")) {
    case "GetCallerIdentity":
      return "identity";
    case "DescribeDBInstances":
    case "DescribeDBClusters":
      return "describe-database";
    case "DescribeDBSnapshots":
      return form.has("DBSnapshotIdentifier") ? "describe-snapshot" : "list-snapshots";
    case "DescribeDBClusterSnapshots":
      return form.has("DBClusterSnapshotIdentifier") ? "describe-snapshot" : "list-snapshots";
    case "CreateDBSnapshot":
    case "CreateDBClusterSnapshot":
      return "create-snapshot";
    case "AddTagsToResource":
      return "tag-snapshot";
    default:
      return "other";
  }
}

function invocationOf(body: string): Call {
  const event = eventOf(body);
  switch (event.admin_operation) {
    case "migration_status":
      return "status";
    case "run_result":
      return "run-result";
    case "fence_run":
      return "fence-run";
    case "list_runs":
      return "list-runs";
    case "run_migrations":
      return event.parameters?.dry_run === true ? "dry-run" : `run ${event.part ?? 1}`;
    default:
      return "other";
  }
}

export interface SentEvent {
  admin_operation?: string;
  part?: number;
  parameters?: { dry_run?: boolean };
  snapshot_id?: string;
}

export function eventOf(body: string): SentEvent {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

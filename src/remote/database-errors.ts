import { excerpt } from "../contract/redact.js";
import type { DatabaseRef } from "./databases.js";
import { type ErrorContext, type Explanation, isRead } from "./explanation.js";
import { explainRestore } from "./restore-errors.js";
import type { Thrown } from "./thrown.js";

/** What is said of a refusal: who is meant, in words, and what RDS itself said. */
export interface Refusal {
  context: ErrorContext;
  /** `instance shop-prod`. */
  database: string;
  snapshot: string;
  made: string;
  said: string;
  /** ` in eu-west-1`, or nothing. */
  region: string;
}

/** What RDS answered instead of doing what it was asked. */
export function explainDatabase(thrown: Thrown, context: ErrorContext): Explanation | undefined {
  if (!context.operation.startsWith("rds:")) return undefined;
  const name = thrown.name.replace(/(Fault|Exception|Error)$/, "");
  const { database, snapshot, made } = context.about ?? {};
  const text = excerpt(thrown.message, 400);
  const refusal = {
    context,
    database: named(database),
    snapshot: snapshot === undefined ? "the snapshot" : `snapshot ${snapshot.id}`,
    made: named(made),
    said: /[.!?…]$/.test(text) ? text : `${text}.`,
    region: context.region === undefined ? "" : ` in ${context.region}`,
  };
  return explanations[name]?.(refusal) ?? explainRestore(name, refusal);
}

/** By RDS's code without the ending that some services, and some clients, leave out. */
const explanations: Readonly<Record<string, (refusal: Refusal) => Explanation>> = {
  DBInstanceNotFound: databaseNotFound,
  DBClusterNotFound: databaseNotFound,
  DBInstanceAlreadyExists: databaseExists,
  DBClusterAlreadyExists: databaseExists,
  InvalidDBInstanceState: databaseNotReady,
  InvalidDBClusterState: databaseNotReady,
  DBSnapshotNotFound: snapshotNotFound,
  DBClusterSnapshotNotFound: snapshotNotFound,
  DBSnapshotAlreadyExists: snapshotExists,
  DBClusterSnapshotAlreadyExists: snapshotExists,
  InvalidDBSnapshotState: snapshotNotReady,
  InvalidDBClusterSnapshotState: snapshotNotReady,
  SnapshotQuotaExceeded: snapshotQuota,
  InstanceQuotaExceeded: databaseQuota,
  DBClusterQuotaExceeded: databaseQuota,
  StorageQuotaExceeded: databaseQuota,
  KMSKeyNotAccessible: keyInaccessible,
};

function databaseNotFound({ context, database, region }: Refusal): Explanation {
  const kind = context.about?.database?.kind ?? "instance";
  return {
    code: "database_not_found",
    // A read has nothing to say of changes.
    message: `RDS knows no ${database}${region}.${isRead(context.operation) ? "" : " Nothing was changed."}`,
    hint: `Check \`database\` in .migraterc.json, the region and the account; ${aws(context, `describe-db-${kind}s`)} lists those there are.`,
  };
}

function databaseExists({ made, region }: Refusal): Explanation {
  return {
    code: "database_exists",
    message: `There is a database ${made}${region} already. Nothing is ever overwritten: nothing was changed.`,
    hint: "Choose another name for the new one.",
  };
}

function databaseNotReady({ context, database, said }: Refusal): Explanation {
  return {
    code: "database_not_ready",
    message: `RDS does not do this with ${database} in its present state: ${said} Nothing was changed.`,
    hint: `See its state with ${lookAt(context)}; when it is available, run the same command again.`,
  };
}

function snapshotNotFound({ snapshot, region }: Refusal): Explanation {
  return {
    code: "snapshot_not_found",
    message: `There is no ${snapshot}${region}. Nothing was changed.`,
    hint: "See those there are with `migrate-remote snapshot list`.",
  };
}

function snapshotExists({ snapshot, region }: Refusal): Explanation {
  return {
    code: "snapshot_exists",
    message: `There is a ${snapshot}${region} already; no other was made.`,
    hint: "See those there are with `migrate-remote snapshot list`.",
  };
}

function snapshotNotReady({ context, snapshot, said }: Refusal): Explanation {
  return {
    code: "snapshot_not_ready",
    message: `RDS does not do this with ${snapshot} in its present state: ${said} Nothing was changed.`,
    hint: `Wait for it: \`migrate-remote snapshot wait ${context.about?.snapshot?.id ?? "ID"}\`.`,
  };
}

function snapshotQuota({ region, said }: Refusal): Explanation {
  return {
    code: "snapshot_quota_exceeded",
    message: `This account has as many manual snapshots${region} as its quota allows: ${said} No snapshot was made.`,
    hint: "Delete old ones with `migrate-remote snapshot prune --keep 5`, or have the quota raised in Service Quotas.",
  };
}

function databaseQuota({ region, said, made }: Refusal): Explanation {
  return {
    code: "database_quota_exceeded",
    message: `The quota of this account${region} has no room for ${made}: ${said} It was not made.`,
    hint: "Delete what is no longer needed, or have the quota raised in Service Quotas.",
  };
}

function keyInaccessible({ said }: Refusal): Explanation {
  return {
    code: "key_inaccessible",
    message: `RDS cannot use the KMS key that the data is encrypted with: ${said} Nothing was made.`,
    hint: "See that the key is enabled and that its policy lets RDS and you use it (kms:DescribeKey, kms:CreateGrant).",
  };
}

function named(database: DatabaseRef | undefined): string {
  return database === undefined ? "the database" : `${database.kind} ${database.identifier}`;
}

function lookAt(context: ErrorContext): string {
  const { kind, identifier } = context.about?.database ?? { kind: "instance", identifier: "NAME" };
  return aws(context, `describe-db-${kind}s --db-${kind}-identifier ${identifier}`);
}

/** With where it goes, so that it can be typed as it stands. */
export function aws(
  { region, profile, endpoint }: Pick<ErrorContext, "region" | "profile" | "endpoint">,
  words: string,
): string {
  const where: [string, string | undefined][] = [
    ["--region", region],
    ["--profile", profile],
    ["--endpoint-url", endpoint],
  ];
  const options = where.flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
  return `\`${["aws rds", words, ...options].join(" ")}\``;
}

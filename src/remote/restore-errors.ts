import type { Refusal } from "./database-errors.js";
import type { Explanation } from "./explanation.js";

/** What RDS finds wanting where a new database is to stand; what to mend is in its own words. */
const impossible: ReadonlySet<string> = new Set([
  "AuthorizationNotFound",
  "CertificateNotFound",
  "DBClusterAutomatedBackupNotFound",
  "DBClusterParameterGroupNotFound",
  "DBInstanceAutomatedBackupNotFound",
  "DBParameterGroupNotFound",
  "DBSecurityGroupNotFound",
  "DBSubnetGroupDoesNotCoverEnoughAZs",
  "DBSubnetGroupNotFound",
  "DomainNotFound",
  "InsufficientDBClusterCapacity",
  "InsufficientDBInstanceCapacity",
  "InsufficientStorageClusterCapacity",
  "InvalidParameterCombination",
  "InvalidParameterValue",
  "InvalidRestore",
  "InvalidSubnet",
  "InvalidVPCNetworkState",
  "NetworkTypeNotSupported",
  "OptionGroupNotFound",
  "PointInTimeRestoreNotEnabled",
  "ProvisionedIopsNotAvailableInAZ",
  "StorageTypeNotSupported",
  "TenantDatabaseQuotaExceeded",
  "VpcEncryptionControlViolation",
]);

const restoring = /^rds:(Restore|CreateDBInstance$)/;

export function explainRestore(name: string, { context, said, made }: Refusal): Explanation | undefined {
  if (!restoring.test(context.operation) || !impossible.has(name)) return undefined;
  const original = context.about?.database;
  const missing = name === "PointInTimeRestoreNotEnabled" || name.endsWith("AutomatedBackupNotFound");
  return {
    code: "restore_impossible",
    message: `RDS cannot make ${made}: ${said} It was not made${isWriter(context.operation) ? `, and ${original?.kind} ${original?.identifier} has no instance yet` : ""}.`,
    hint: missing
      ? "Point-in-time recovery is off. Restore a snapshot instead: `migrate-remote snapshot list`."
      : "The new one takes its settings from the original. Mend there what is named, or restore by hand with settings of your own: `aws rds help` lists the restore commands.",
  };
}

function isWriter(operation: string): boolean {
  return operation === "rds:CreateDBInstance";
}

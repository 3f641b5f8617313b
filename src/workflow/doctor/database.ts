import type { Target } from "../../config/target.js";
import type { Report } from "../../contract/report.js";
import type { Database } from "../../remote/databases.js";
import type { Reading } from "../../remote/inspect/reading.js";
import { pendingRevisions } from "../history-view.js";
import type { Check } from "../results/doctor.js";
import { awsRds } from "../snapshots/aws-command.js";
import { name, readinessOf } from "../snapshots/database-state.js";
import type { Match } from "../snapshots/right-database.js";
import type { Asked } from "./asked.js";
import { check } from "./check.js";

/** What the function says of the database that it is connected to. */
export function databaseChecks(target: Pick<Target, "stage" | "local">, asked: Asked): Check[] {
  const { stage } = target;
  const reach = check("database_reachable");
  switch (asked.kind) {
    case "unsent":
      return [reach.unknown(asked.why, asked.fix)];
    case "late":
      return [
        reach.warning(
          `The function did not answer within ${asked.seconds} s: it starts slowly, or it waits for a database that it does not reach.`,
          `${target.local === undefined ? "Does the database's security group let the function's in, on its port? " : ""}See how far it came: migrate-remote logs --stage ${stage}. Or give it the time it takes: migrate-remote status --stage ${stage}`,
        ),
      ];
    case "unanswered":
      return [reach.unread("The database's state", asked.why)];
    case "failed":
      return [reach.unknown("The function said nothing of its database; see below.")];
    case "report":
      return reportChecks(stage, asked.report);
  }
}

function reportChecks(stage: string, report: Report): Check[] {
  const reach = check("database_reachable");
  const { error, database, engine } = report;
  if (error !== undefined && report.state === undefined)
    return [
      reach.failed(error.message, error.hint ?? `See what it wrote: migrate-remote logs --stage ${stage}`),
    ];
  const where =
    database === undefined
      ? "The function reaches it"
      : `${database.name} on ${database.host}:${database.port}`;
  const server = database?.serverVersion === undefined ? "" : `, PostgreSQL ${database.serverVersion}`;
  return [
    reach.ok(`${where}${server}${engine === undefined ? "" : `, engine ${engine}`}.`),
    stateCheck(stage, report),
  ];
}

function stateCheck(stage: string, report: Report): Check {
  const say = check("database_state");
  const pending = pendingRevisions(report).length;
  const waiting = `${pending} migration${pending === 1 ? "" : "s"} pending`;
  switch (report.state) {
    case "up_to_date":
      return say.ok("Its migrations are up to date.");
    case "pending_migrations":
      return say.ok(`Its history is in order; ${waiting}.`);
    case "empty":
      return say.ok(`It is empty; ${waiting}.`);
    case "tables_without_migration_history":
      return say.warning(
        'It has tables but no migration history: a run would fail with "already exists".',
        `migrate-remote fix-history --stage ${stage}`,
      );
    case "inconsistent":
      return say.failed(
        `Its history does not agree with the deployed migrations${report.problems[0] === undefined ? "" : `: ${report.problems[0].message}`}`,
        `See it whole: migrate-remote status --stage ${stage}. Deploy what is missing, or: migrate-remote fix-history --stage ${stage}`,
      );
    default:
      return say.unknown("What is applied the function told; what is pending it cannot tell.");
  }
}

/** What RDS says of the database that is snapshotted. */
export interface RdsSeen {
  database: Reading<Database>;
  /** Whether the function is connected to it; absent where that was not compared. */
  match?: Reading<Match>;
}

export function rdsChecks(target: Target, { database, match }: RdsSeen): Check[] {
  const exists = check("rds_database");
  if (!database.known) {
    if (database.code === "database_not_found") return [exists.failed(database.message, database.hint)];
    return [exists.unread("What RDS says of the database", database)];
  }
  const found = database.value;
  return [
    exists.ok(`${name(found)}${found.engine === undefined ? "" : `, ${found.engine}`}.`),
    statusCheck(target, found),
    ...matchChecks(target, found, match),
    backupCheck(target, found),
  ];
}

function statusCheck(target: Target, database: Database): Check {
  const say = check("rds_status");
  switch (readinessOf(database.status)) {
    case "ready":
      return say.ok(`It is ${database.status}.`);
    case "passing":
      return say.warning(
        `It is ${database.status}.`,
        "Wait until it is available; `run` waits before a snapshot.",
      );
    case "stuck":
      return say.failed(
        `It is ${database.status}, which does not end by itself.`,
        database.status.startsWith("stop")
          ? `Start it: ${awsRds(target, [`start-db-${database.kind}`, `--db-${database.kind}-identifier`, database.identifier])}`
          : "See the RDS console for what it needs.",
      );
  }
}

function matchChecks({ stage }: Target, database: Database, match: Reading<Match> | undefined): Check[] {
  const say = check("rds_match");
  if (match === undefined)
    return [say.unknown("Whether the function is connected to it is not known: the function was not asked.")];
  if (!match.known) return [say.unread("Whether the function is connected to it", match)];
  switch (match.value.kind) {
    case "same":
      return [say.ok("The function is connected to it.")];
    case "other":
      return [
        say.failed(
          `The function is connected to ${match.value.what}, and what would be snapshotted is ${name(database).toLowerCase()}.`,
          `Make the two agree: \`database\` of stage ${stage} in .migraterc.json, or the function's own connection.`,
        ),
      ];
    case "unproved":
      return [
        say.unknown(`Whether the function is connected to it could not be proved: ${match.value.why}.`),
      ];
  }
}

function backupCheck(target: Target, database: Database): Check {
  const say = check("backup_retention");
  const { backupRetentionDays: days, kind, identifier } = database;
  if (days > 0) return say.ok(`Point-in-time recovery reaches ${days} day${days === 1 ? "" : "s"} back.`);
  const message = "Point-in-time recovery is off (backup retention 0 days).";
  const fix = awsRds(target, [
    `modify-db-${kind}`,
    `--db-${kind}-identifier`,
    identifier,
    "--backup-retention-period",
    "7",
  ]);
  return target.snapshot.kind === "pointInTime"
    ? say.failed(`${message} It is what stands behind each run of this stage.`, fix)
    : say.warning(`${message} A snapshot alone loses all that is written after it.`, fix);
}

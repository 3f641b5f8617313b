/** What the wire's keys mean, by path; the JSON Schema is where people who write a far side of their own read it. */
export const wireDescriptions: Readonly<Record<string, string>> = {
  event: "One operation. An event without admin_operation is none of ours: a far side throws on it.",
  "event.admin_operation":
    "What is asked. run_migrations with dry_run answers the plan and executes nothing.",
  "event.parameters.dry_run":
    "Answer the plan with its SQL, or of fix_history what it would change; execute and write nothing.",
  "event.parameters.fix_history": "Repair history first where tables stand without any.",
  "event.parameters.target_revision": "Stop at this revision. Without it, the head.",
  "event.parameters.revision": "fix_history only: history shall say exactly this revision.",
  "event.confirm": "Must be true for anything that changes the database.",
  "event.run_id": "Made by the caller before anything is sent: UTC second, then 8 hexadecimal digits.",
  "event.part": "One invocation of a run that needs several, from 1.",
  "event.plan_id":
    "The plan, or the repair, that was shown. Where the far side's own differs it refuses with plan_changed.",
  "event.requested_by": "Who asked, as user@host. For people; proves nothing.",
  "event.snapshot_id": "The snapshot taken before this run.",
  report: "The answer to any operation. A failed run is still a report: failure is data.",
  "report.operation": "The operation that this answers.",
  "report.success": "False where the operation failed or was refused; error says why.",
  "report.state": "Of the database, after the operation. Absent when it could not be asked.",
  "report.engine": "What applies migrations here: alembic, prisma, sql.",
  "report.current_revisions": "A list, because history may branch.",
  "report.head_revisions": "A list, because history may branch.",
  "report.migrations": "One by one, in order.",
  "report.migrations[].status":
    "failed: nothing of it stands unless transactional is false. skipped: was applied already. not_executed: the run stopped before it. recorded, removed: by fix_history, without executing; in its dry-run, what it would do.",
  "report.migrations[].applied_at": "ISO 8601, UTC.",
  "report.migrations[].duration_ms": "Milliseconds.",
  "report.migrations[].checksum": "SHA-256 of the migration's source bytes, hexadecimal.",
  "report.migrations[].transactional": "False where a failure may leave half of it.",
  "report.migrations[].sql": "Pending migrations only, never in a run's report.",
  "report.migrations[].unchecked": "True where sql is absent or was cut: it counts as destroying data.",
  "report.problems": "What a person should know about history; missing makes the state inconsistent.",
  "report.plan":
    "The ordered pending revisions from the current heads to the target. In a dry-run of fix_history: what history says (from), what it would say (target, several heads joined by commas), no revisions.",
  "report.plan.id":
    'SHA-256 of the JSON array [engine, from sorted, target, [[revision, checksum], …]] without white space, hexadecimal. Of a repair: of ["fix-history", engine, from sorted, to sorted, [[revision, checksum] recorded, …], removed sorted].',
  "report.error.code": "Stable, for programs.",
  "report.error.hint": "What to do next.",
  "report.error.sqlstate": "PostgreSQL's, five characters.",
  "report.error.line": "Within the migration's source, from 1.",
  "report.error.column": "From 1; a caret belongs under it.",
  "report.error.excerpt": "The source line at fault.",
  "report.error.lock": "Who holds the lock.",
  "report.database": "What the far side is connected to; compared with what was snapshotted.",
  "report.handler.operations": "The values of admin_operation that it answers.",
  "report.duration_ms": "Milliseconds, the far side's own measure.",
};

export function describeWire(path: string): string | undefined {
  return wireDescriptions[path];
}

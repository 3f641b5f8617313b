import { secret } from "./answer.js";
import type { Random } from "./random.js";

/** As drivers, engines, runtimes and people write them when something went wrong. */
const failures = [
  '(psycopg2.errors.DuplicateTable) relation "users" already exists',
  `connection to server at "db" (10.0.0.1), port 5432 failed: FATAL:  password authentication failed for user "app"`,
  `could not connect: postgresql://app:${secret}@db.internal:5432/app`,
  "FAILED: Can't locate revision identified by 'abc123'",
  "ERROR [alembic.util.messaging] Multiple head revisions are present",
  "Error: P3009\n\nmigrate found failed migrations in the target database",
  "P1001: Can't reach database server at `db`:`5432`",
  'Traceback (most recent call last):\n  File "/var/task/app.py", line 3\nValueError: no',
  "sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) timeout expired",
  'error: column "email" of relation "users" does not exist',
  "Migration failed",
  "Migrations failed: 3 of 5 applied",
  "permission denied for schema public",
  "dial tcp 10.0.0.1:5432: i/o timeout",
  "The command exited with a non-zero status code: 1",
  "Failed to apply migration 004_add_email",
  "canceling statement due to lock timeout",
  "deadlock detected",
  "Connection refused",
  "Transaction rolled back",
  'duplicate key value violates unique constraint "users_pkey"',
  "An uncaught exception happened while servicing this request.",
  "SQLSTATE[42P01]: Undefined table: 7",
  'syntax error at or near "TABEL"',
  "Unable to import module 'lambda_function'",
  "Migration aborted",
  "INFO Running upgrade abc -> def, add users Migration abc could not be applied",
  "Running upgrade a -> b, x\nRunning upgrade b -> c, y\nsqlalchemy.exc.ProgrammingError: (pg8000.dbapi.ProgrammingError) …",
  "Process killed: out of memory",
];

export function failureMessage(random: Random): string {
  const message = random.pick(failures);
  return random.chance(0.2) ? `${message}\n${random.noise(30)}` : message;
}

/** As they are written when nothing went wrong. */
const successes = [
  "OK",
  "ok",
  "done",
  "",
  "Migrated!",
  "Migrations complete",
  "Database is up to date",
  "Database migrations completed successfully. Revision: abc123 → def456",
  "All migrations have been successfully applied.",
  "5 migrations found in prisma/migrations\n\nNo pending migrations to apply.",
  "INFO  [alembic.runtime.migration] Running upgrade abc -> def, add error codes\n",
  "INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.\n",
  "Applying migration `20240101_add_failed_jobs`\n\u001b[32mDone\u001b[0m",
  "applied 3 migrations, 0 errors",
  "finished without errors; errors: 0, failed: 0",
  "Мигрировано ✓",
  "移行が完了しました",
];

export function successMessage(random: Random): string {
  return random.pick(successes);
}

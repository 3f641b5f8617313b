import * as z from "zod";
import { anyKey } from "../../contract/if-there.js";
import { runRecordSchema } from "../../contract/report.js";
import { isFinal, type RunRecord } from "../../contract/run-record.js";
import { fromWire } from "../../contract/wire.js";
import type { LedgerRow } from "../protocol.js";
import { refusal } from "../refusal.js";
import type { Session } from "../session.js";
import { hasLedger, onLedger } from "./table.js";

/** A row of the ledger, with what only the far side needs. */
export interface StoredRun extends RunRecord {
  /** While running: the PostgreSQL backend that works on it is still there. */
  live: boolean;
  /** Absent: history is not to be repaired. False: it was to be, and was not (yet). */
  historyRepaired?: boolean;
}

/** One run, or undefined where there is none, or no ledger. Creates nothing. */
export async function readRun(session: Session, runId: string): Promise<StoredRun | undefined> {
  const [run] = await read(session, "pg_catalog.to_jsonb(r)", "WHERE r.run_id = $1", [runId]);
  return run;
}

/** Every run that is not final, and this one, without reports; `now` by the same clock as their leases. */
export async function readOpenRuns(
  session: Session,
  runId: string,
): Promise<{ runs: StoredRun[]; now: number }> {
  const which = "WHERE r.state IN ('running', 'paused') OR r.run_id = $1";
  const runs = await read(session, withoutReport, which, [runId]);
  const [clock] = await session.query<{ now: Date }>("SELECT pg_catalog.clock_timestamp() AS now");
  return { runs, now: clock?.now.getTime() ?? Date.now() };
}

/** Newest first, without reports. */
export async function readNewest(session: Session, limit: number): Promise<StoredRun[]> {
  return read(session, withoutReport, "ORDER BY r.started_at DESC, r.run_id DESC LIMIT $1", [limit]);
}

const withoutReport = "pg_catalog.to_jsonb(r) - 'report'";

// The rows are taken from a snapshot that is older than what `pg_stat_activity` says while they are gone through: who was found
// dead was so after the row was read. The start tells a backend from a later one with the same number; to other users than its
// own it is NULL.
const live =
  "r.state = 'running' AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.pid = r.backend_pid " +
  "AND COALESCE(a.backend_start = r.backend_start, true))";

const late = "r.deadline_at < pg_catalog.clock_timestamp()";

async function read(session: Session, row: string, which: string, values: unknown[]): Promise<StoredRun[]> {
  if (!(await hasLedger(session))) return [];
  const text = `SELECT ${row} AS row, ${live} AS live, ${late} AS late FROM migrate_remote.runs r ${which}`;
  const rows = await onLedger(session, () => session.query<RawRow>(text, values));
  return rows.map(parseRow);
}

interface RawRow {
  row: unknown;
  live: boolean | null;
  late: boolean | null;
}

const time = z.string().transform((text, context) => {
  const milliseconds = Date.parse(text);
  if (!Number.isNaN(milliseconds)) return new Date(milliseconds).toISOString();
  context.addIssue("no time");
  return z.NEVER;
});

/** As a whole row, so that a table of another version can be read: unknown columns are passed over, missing ones absent. */
const wholeRow = runRecordSchema(anyKey);
const storedSchema = wholeRow.omit({ pid: true, connected: true }).extend({
  fromRevisions: wholeRow.shape.fromRevisions.default([]),
  toRevisions: wholeRow.shape.toRevisions.default([]),
  applied: wholeRow.shape.applied.default([]),
  startedAt: time,
  finishedAt: time.optional(),
  leaseUntil: time.optional(),
  backendPid: z.int().optional(),
  historyRepaired: z.boolean().optional(),
});

export function parseRow({ row, live, late }: RawRow): StoredRun {
  const parsed = storedSchema.safeParse(withoutNulls(fromWire(row)));
  if (!parsed.success) throw unreadable(row, parsed.error);
  const { backendPid, leaseUntil, finishedAt, ...record } = parsed.data;
  const run = { ...record, live: live === true } as StoredRun;
  if (isFinal(run.state) && finishedAt !== undefined) run.finishedAt = finishedAt;
  if (run.state === "paused" && leaseUntil !== undefined) run.leaseUntil = leaseUntil;
  if (run.state === "running") {
    if (backendPid !== undefined) run.pid = backendPid;
    if (run.live && late === true) run.connected = false;
  }
  return run;
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

function unreadable(row: unknown, error: z.ZodError) {
  const runId =
    typeof row === "object" && row !== null && "run_id" in row ? String(row.run_id).slice(0, 100) : "?";
  const where = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).slice(0, 3);
  return refusal(
    "internal_error",
    `The ledger's row of run ${runId} cannot be read (${where.join("; ")}). Was it changed by hand, or written by a newer version?`,
    { hint: "Deploy the newest handler, or repair the row in migrate_remote.runs." },
  );
}

/** As the decisions need it. */
export function ledgerRow({ runId, state, part, live, leaseUntil }: StoredRun): LedgerRow {
  return { runId, state, part, live, leaseUntil: leaseUntil === undefined ? 0 : Date.parse(leaseUntil) };
}

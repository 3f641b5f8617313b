import type { OperationKind, RunIdentity } from "../../contract/operations.js";
import type { Plan, Report, ReportError } from "../../contract/report.js";
import type { RunState } from "../../contract/run-record.js";
import { toWire } from "../../contract/wire.js";
import type { Session } from "../session.js";
import { version } from "../version.js";
import { ledgerColumns, onLedger } from "./table.js";

/** What is written of a run; what is absent stays as it is. */
export interface RunChange {
  state?: RunState;
  plan?: Plan;
  engine?: string;
  fromRevisions?: string[];
  toRevisions?: string[];
  applied?: string[];
  historyRepaired?: boolean;
  error?: ReportError | null;
  report?: Report | null;
}

export interface Claim extends RunChange {
  run: RunIdentity;
  operation: OperationKind;
  /** Milliseconds until Lambda stops this invocation; Infinity where it does not. */
  remaining: number;
}

/** Step 6 for the first part. False: the run id is taken, by a fence or by another delivery. */
export async function claimNew(
  session: Session,
  { run, operation, remaining, ...change }: Claim,
): Promise<boolean> {
  const { planId: _, ...identity } = run;
  const values = { ...identity, ...change, operation, state: "running", handlerVersion: version };
  return insert(session, values, {
    backend_pid: "pg_catalog.pg_backend_pid()",
    backend_start: ownStart,
    deadline_at: deadline(remaining),
  });
}

/** Step 6 for a later part. False: another delivery of this part was faster, or a fence. */
export async function claimPart(session: Session, { run, remaining }: Claim): Promise<boolean> {
  const { runId, part } = run;
  return update(
    session,
    { state: "running", part, error: null, report: null, handlerVersion: version },
    `r.run_id = $2 AND r.state = 'paused' AND r.part = $3 - 1`,
    [runId, part],
    {
      backend_pid: "pg_catalog.pg_backend_pid()",
      backend_start: ownStart,
      deadline_at: deadline(remaining),
      lease_until: "NULL",
    },
  );
}

/**
 * Of the part that this very backend claimed: whoever lost the lock may have been closed by another run meanwhile. A paused part
 * keeps other runs out for `lease` milliseconds.
 */
export async function updateOwn(
  session: Session,
  { runId, part }: RunIdentity,
  change: RunChange,
  lease?: number,
): Promise<boolean> {
  return update(
    session,
    change,
    "r.run_id = $2 AND r.part = $3 AND r.state = 'running' AND r.backend_pid = $4",
    [runId, part, session.pid],
    lease === undefined ? {} : { lease_until: `pg_catalog.now() + ${interval(lease)}` },
  );
}

/** Ends a row that nobody works on, as it was read: `from` and `part` guard against whoever was faster. */
export async function end(
  session: Session,
  from: { runId: string; part: number; state: RunState },
  change: RunChange,
): Promise<boolean> {
  return update(session, change, "r.run_id = $2 AND r.part = $3 AND r.state = $4", [
    from.runId,
    from.part,
    from.state,
  ]);
}

/** A run that was refused, or fenced before it began. False: the run id is known already. */
export async function insertEnded(
  session: Session,
  run: Partial<RunIdentity> & Pick<RunIdentity, "runId">,
  change: RunChange & { operation: OperationKind },
): Promise<boolean> {
  const { planId: _, ...identity } = run;
  const values = { part: 1, ...identity, ...change, handlerVersion: version };
  return insert(session, values, { finished_at: "pg_catalog.now()" });
}

/** Of this backend, as others will see it. */
const ownStart =
  "(SELECT a.backend_start FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid())";

function deadline(remaining: number): string {
  return Number.isFinite(remaining) ? `pg_catalog.now() + ${interval(remaining)}` : "NULL";
}

function interval(milliseconds: number): string {
  return `${Math.round(milliseconds)} * interval '1 millisecond'`;
}

/** `values` by parameter, `expressions` as SQL of our own. */
async function insert(
  session: Session,
  values: object,
  expressions: Record<string, string>,
): Promise<boolean> {
  const [json, names] = asJson(values);
  const text =
    `INSERT INTO migrate_remote.runs (${[...names, ...Object.keys(expressions)].join(", ")}) ` +
    `SELECT ${[...names.map((name) => `v.${name}`), ...Object.values(expressions)].join(", ")} ` +
    "FROM pg_catalog.jsonb_populate_record(NULL::migrate_remote.runs, $1::jsonb) v " +
    "ON CONFLICT DO NOTHING RETURNING 1";
  return (await onLedger(session, () => session.query(text, [json]))).length > 0;
}

async function update(
  session: Session,
  change: object,
  where: string,
  parameters: unknown[],
  expressions: Record<string, string> = {},
): Promise<boolean> {
  const [json, names] = asJson(change);
  const ends = "state" in change && change.state !== "running" && change.state !== "paused";
  const set = {
    ...Object.fromEntries(names.map((name) => [name, `v.${name}`])),
    ...expressions,
    ...(ends ? { finished_at: "pg_catalog.now()", lease_until: "NULL" } : {}),
    updated_at: "pg_catalog.now()",
  };
  const assignments = Object.entries(set).map(([name, value]) => `${name} = ${value}`);
  const text =
    `UPDATE migrate_remote.runs r SET ${assignments.join(", ")} ` +
    `FROM pg_catalog.jsonb_populate_record(NULL::migrate_remote.runs, $1::jsonb) v WHERE ${where} RETURNING 1`;
  return (await onLedger(session, () => session.query(text, [json, ...parameters]))).length > 0;
}

/** With the wire's keys, so that handlers in other languages read the same ledger. */
function asJson(values: object): [json: string, names: string[]] {
  const wire = toWire(values) as Record<string, unknown>;
  return [JSON.stringify(wire, storable), Object.keys(wire).filter((name) => name in ledgerColumns)];
}

/** PostgreSQL's JSON has neither NUL nor half a character. */
function storable(_: string, value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\0|\p{Surrogate}/gu, "\ufffd") : value;
}

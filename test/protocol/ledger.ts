import type { RunState } from "../../src/contract/run-record.js";
import type { Row, Session, World } from "./world.js";

/** The ledger's statements, each atomic, as DESIGN.md has them. A planted bug replaces one of them. */
export interface Ledger {
  claimNew(world: World, session: Session, plan: string[]): boolean;
  claimPart(world: World, session: Session, part: number): boolean;
  refuse(world: World, runId: string, part: number): void;
  fence(world: World, runId: string): void;
}

export const ledger: Ledger = {
  /** INSERT … ON CONFLICT DO NOTHING RETURNING */
  claimNew(world, session, plan) {
    if (world.rows.has(session.runId)) return false;
    insert(world, session.runId, "running", { session: session.id, plan });
    return true;
  },
  /** UPDATE … WHERE run_id AND state = 'paused' AND part = $part - 1 RETURNING */
  claimPart(world, session, part) {
    const row = world.rows.get(session.runId);
    if (row?.state !== "paused" || row.part !== part - 1) return false;
    Object.assign(row, { state: "running", part, session: session.id });
    return true;
  },
  /** INSERT … ON CONFLICT DO NOTHING */
  refuse(world, runId, part) {
    if (!world.rows.has(runId)) insert(world, runId, "refused", { part });
  },
  /** INSERT … ON CONFLICT DO UPDATE … WHERE state = 'paused' */
  fence(world, runId) {
    const row = world.rows.get(runId);
    if (row === undefined) insert(world, runId, "fenced", {});
    else if (row.state === "paused") row.state = "fenced";
  },
};

function insert(world: World, runId: string, state: RunState, row: Partial<Row>): void {
  world.rows.set(runId, { runId, state, part: 1, session: -1, leaseUntil: 0, plan: [], applied: [], ...row });
}

/** What stands of a row's plan. */
export function appliedOf(history: string[], row: Row): string[] {
  return row.plan.filter((revision) => history.includes(revision));
}

import * as protocol from "../../src/handler/protocol.js";
import type { decide } from "../../src/workflow/reconcile.js";
import type { observe } from "./cli.js";
import { appliedOf, type Ledger } from "./ledger.js";
import {
  Broken,
  type Client,
  commit,
  connect,
  endSession,
  execute,
  type Machine,
  pending,
  type Row,
  type Session,
  statement,
  type World,
} from "./world.js";

/** What is tried: the project's own decisions over the ledger's statements. */
export interface System {
  ledger: Ledger;
  decisions: Pick<typeof protocol, "beforeLock" | "withoutLock" | "underLock">;
  decide: typeof decide;
  observe: typeof observe;
  runResult: typeof runResult;
  /** On an answer that was lost: the same run goes on, or (a planted bug) a new one begins. */
  onLost: "reconcile" | "new-run";
}

export type Request =
  | { operation: "run"; intent: string; runId: string; part: number; plan: string[] }
  | { operation: "run_result" | "fence_run"; intent: string; runId: string };

/** `definite`: without a row, every other delivery would be answered the same. */
export interface Answer {
  run: Row | undefined;
  definite: boolean;
}

/** One invocation: DESIGN.md's protocol of the far side, step by step. */
export function* invocation(world: World, system: System, request: Request, client: Client): Machine<Answer> {
  const session = yield* connect(world, client, request.runId);
  try {
    if (request.operation === "run") return yield* run(world, system, request, session, client);
    if (request.operation === "fence_run") {
      yield* statement(session, "fence", () => system.ledger.fence(world, request.runId));
    }
    return answer(yield* system.runResult(world, session, request.runId));
  } catch (error) {
    if (!(error instanceof Broken) || request.operation !== "run") throw error;
    const other = yield* connect(world, client, "");
    const row = yield* readRow(world, other, request.runId);
    endSession(world, other, false);
    return answer(row);
  } finally {
    yield { what: "close" };
    if (session.alive) endSession(world, session, false);
  }
}

type Run = Extract<Request, { operation: "run" }>;

function* run(world: World, system: System, request: Run, session: Session, client: Client): Machine<Answer> {
  const { runId, part } = request;
  const { decisions, ledger } = system;
  const first = yield* readLedgerRow(world, session, runId);
  if (decisions.beforeLock(first, request) !== "try-lock") return answer(first?.row);

  const holder = yield* statement(session, "try lock", () => {
    world.lock ??= session;
    return world.lock;
  });
  if (holder !== session) {
    const holderRunId = yield* statement(session, "read holder", () => world.lock?.runId);
    const again = yield* readLedgerRow(world, session, runId);
    if (decisions.withoutLock(again, holderRunId, request) !== "locked") return answer(again?.row);
    return yield* refuse(world, system, request, session);
  }

  const rows = yield* statement(session, "read all rows", () => [...world.rows.values()].map(copy));
  const ledgerRows = yield* statement(session, "read who lives", () =>
    rows.map((row) => ({ ...row, live: row.state === "running" && isAlive(world, row) })),
  );
  const { close, next } = decisions.underLock(ledgerRows, request, world.now);
  for (const dead of close) {
    const stands = yield* statement(session, `read history to close ${dead}`, () => [...world.history]);
    yield* statement(session, `close ${dead}`, () => closeRow(world, dead, stands));
  }
  switch (next.kind) {
    case "recorded":
    case "running":
      return answer(yield* readRow(world, session, runId));
    case "locked":
    case "unknown-part":
      return yield* refuse(world, system, request, session);
    case "claim-new": {
      const plan = yield* statement(session, "read history", () => pending(world));
      if (plan.length === 0) return { run: undefined, definite: true };
      if (plan.join() !== request.plan.join()) return yield* refuse(world, system, request, session);
      if (!(yield* statement(session, "claim", () => ledger.claimNew(world, session, plan))))
        return answer(yield* readRow(world, session, runId));
      break;
    }
    case "claim-part":
      if (!(yield* statement(session, "claim part", () => ledger.claimPart(world, session, part))))
        return answer(yield* readRow(world, session, runId));
  }
  return yield* migrate(world, request, session, client);
}

function* migrate(world: World, request: Run, session: Session, client: Client): Machine<Answer> {
  const { runId, intent, part } = request;
  const todo = yield* statement(session, "read history", () => pending(world));
  let longest = 0;
  for (const [index, revision] of todo.entries()) {
    const remaining = client.deadline - world.now;
    if (index > 0 && !protocol.timeForAnother(remaining, longest, world.scenario.stopBefore))
      return yield* finish(world, session, runId, "paused");
    yield* statement(session, `begin ${revision}`, () => {
      session.migration = { revision, intent, part };
      if (revision === world.scenario.nonTransactional) execute(world, session);
      world.now += 1000;
    });
    if (revision === world.scenario.failing) {
      yield* statement(session, `roll back ${revision}`, () => delete session.migration);
      return yield* finish(world, session, runId, "failed");
    }
    yield* statement(session, `commit ${revision}`, () => commit(world, session));
    longest = 1000;
  }
  return yield* finish(world, session, runId, "succeeded");
}

function* finish(world: World, session: Session, runId: string, state: Row["state"]): Machine<Answer> {
  yield* statement(session, `record ${state}`, () => {
    const row = world.rows.get(runId);
    if (row?.state !== "running") return;
    Object.assign(row, { state, applied: appliedOf(world.history, row), leaseUntil: world.now + 300_000 });
  });
  return answer(yield* readRow(world, session, runId));
}

function closeRow(world: World, runId: string, stands: string[]): void {
  const row = world.rows.get(runId);
  if (row === undefined || !(row.state === "running" || row.state === "paused")) return;
  Object.assign(row, asIfClosed(row, stands));
}

function asIfClosed(row: Row, stands: string[]): Row {
  return { ...row, state: protocol.closedState(row.plan, new Set(stands)), applied: appliedOf(stands, row) };
}

function* refuse(world: World, system: System, request: Run, session: Session): Machine<Answer> {
  yield* statement(session, "record refusal", () => system.ledger.refuse(world, request.runId, request.part));
  return answer(yield* readRow(world, session, request.runId));
}

function* readRow(world: World, session: Session, runId: string): Machine<Row | undefined> {
  return yield* statement(session, "read row", () => {
    const row = world.rows.get(runId);
    return row === undefined ? undefined : copy(row);
  });
}

function* readLive(world: World, session: Session, row: Row): Machine<boolean> {
  return yield* statement(session, "read liveness", () => isAlive(world, row));
}

function isAlive(world: World, row: Row): boolean {
  return world.sessions[row.session]?.alive === true;
}

function* readLedgerRow(world: World, session: Session, runId: string) {
  const row = yield* readRow(world, session, runId);
  if (row === undefined) return undefined;
  return { ...row, row, live: row.state === "running" && (yield* readLive(world, session, row)) };
}

/**
 * A read without the lock. A dead row is answered as the next run will close it: its backend is seen to be gone first, then history is
 * read, and then the row once more, for another may have closed it and gone on.
 */
export function* runResult(world: World, session: Session, runId: string): Machine<Row | undefined> {
  for (;;) {
    const row = yield* readRow(world, session, runId);
    if (row?.state !== "running" || (yield* readLive(world, session, row))) return row;
    const stands = yield* statement(session, "read history", () => [...world.history]);
    const again = yield* readRow(world, session, runId);
    if (again?.state === "running" && again.part === row.part) return asIfClosed(row, stands);
  }
}

function copy(row: Row): Row {
  return { ...row };
}

/** Without a row it is an answer of trouble, which says nothing for good. */
function answer(run: Row | undefined): Answer {
  return { run, definite: false };
}

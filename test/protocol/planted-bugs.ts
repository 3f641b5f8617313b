import * as protocol from "../../src/handler/protocol.js";
import { decide } from "../../src/workflow/reconcile.js";
import { observe } from "./cli.js";
import { runResult, type System } from "./handler.js";
import { appliedOf, ledger } from "./ledger.js";
import { statement } from "./world.js";

/** The project's own decisions over the ledger as DESIGN.md has it. */
export const sound: System = { ledger, decisions: protocol, decide, observe, runResult, onLost: "reconcile" };

/** The same with one mistake each, that the model has to find. */
export const plantedBugs: Record<string, System> = {
  "the fence does nothing": { ...sound, ledger: { ...ledger, fence: () => {} } },
  "the fence writes no row, it only stops a paused one": {
    ...sound,
    ledger: {
      ...ledger,
      fence: (world, runId) => {
        if (world.rows.has(runId)) ledger.fence(world, runId);
      },
    },
    // As one that takes the missing row for an answer would.
    decide: (state, seen, now, patience) =>
      seen.kind === "fence" && seen.run === undefined
        ? { state, action: { kind: "end", verdict: "not-executed" } }
        : decide(state, seen, now, patience),
  },
  "a part is claimed whatever its number": {
    ...sound,
    ledger: {
      ...ledger,
      claimPart: (world, session, part) => {
        const row = world.rows.get(session.runId);
        return ledger.claimPart(world, session, (row?.part ?? part) + 1);
      },
    },
    decisions: {
      ...protocol,
      beforeLock: (own, delivery) => protocol.beforeLock(own, nextPart(own, delivery)),
      underLock: (rows, delivery, now) =>
        protocol.underLock(
          rows,
          nextPart(
            rows.find(({ runId }) => runId === delivery.runId),
            delivery,
          ),
          now,
        ),
    },
  },
  "a claim that met a row goes on": {
    ...sound,
    ledger: { ...ledger, claimNew: (...claim) => ledger.claimNew(...claim) || true },
  },
  "a lost answer begins a new run": { ...sound, onLost: "new-run" },
  "a lost answer means that nothing was executed": {
    ...sound,
    decide: (state, seen, now, patience) =>
      seen.kind === "lost"
        ? { state, action: { kind: "end", verdict: "not-executed" } }
        : decide(state, seen, now, patience),
  },
  "every answer without a row is an outcome": {
    ...sound,
    observe: (action, received) =>
      observe(
        action,
        received.kind === "answer"
          ? { ...received, answer: { ...received.answer, definite: true } }
          : received,
      ),
  },
  "a lease keeps nobody out, and its row stays": {
    ...sound,
    decisions: {
      ...protocol,
      underLock: (rows, delivery, now) =>
        protocol.underLock(
          rows.filter(({ state, runId }) => state !== "paused" || runId === delivery.runId),
          delivery,
          now,
        ),
    },
  },
  "a dead run is not closed by the next": {
    ...sound,
    decisions: {
      ...protocol,
      underLock: (rows, delivery, now) => ({ ...protocol.underLock(rows, delivery, now), close: [] }),
    },
  },
  "history is read before the backend is seen to be gone": {
    ...sound,
    *runResult(world, session, runId) {
      const stands = yield* statement(session, "read history", () => [...world.history]);
      const row = yield* statement(session, "read row", () => world.rows.get(runId));
      if (row?.state !== "running" || world.sessions[row.session]?.alive === true) return row;
      const state = protocol.closedState(row.plan, new Set(stands));
      return { ...row, state, applied: appliedOf(stands, row) };
    },
  },
  "a dead run's row is not read again": {
    ...sound,
    *runResult(world, session, runId) {
      const row = yield* statement(session, "read row", () => structuredClone(world.rows.get(runId)));
      if (row?.state !== "running") return row;
      const alive = yield* statement(session, "read liveness", () => world.sessions[row.session]?.alive);
      if (alive === true) return row;
      const stands = yield* statement(session, "read history", () => [...world.history]);
      const state = protocol.closedState(row.plan, new Set(stands));
      return { ...row, state, applied: appliedOf(stands, row) };
    },
  },
};

function nextPart(own: protocol.LedgerRow | undefined, delivery: protocol.Delivery): protocol.Delivery {
  return own === undefined ? delivery : { ...delivery, part: own.part + 1 };
}

import { isFinal, type RunState } from "../contract/run-record.js";

/**
 * How a run's outcome is learned whatever the network does: pure, so that a model can try every order of events. The one who carries
 * the actions out (`execute-run.ts`) adds requests, waiting and jitter.
 */

export interface Reconciliation {
  /** The part that was sent last; 0 before the first. */
  part: number;
  /** How often this part was sent. The ledger lets only one of them execute. */
  sends: number;
  /** Milliseconds since the epoch after which asking in vain ends; moved on by every answer. */
  patienceUntil: number;
  /** Consecutive questions without an answer. */
  failures: number;
  /** Milliseconds since the epoch: until then a run that no ledger knows may still be on its way, and is not fenced. */
  fenceAfter: number;
}

/** What the ledger says of the run; undefined: nothing. */
type Standing = Readonly<{ state: RunState; part: number }> | undefined;

export type Observation =
  /** A new run. */
  | { kind: "begin" }
  /** A run that somebody else sent, or that was sent before this process began. */
  | { kind: "attach" }
  | { kind: "answered"; run: Standing }
  /** The request provably executed nothing: it never reached Lambda, or was turned away. */
  | { kind: "not-executed"; again: boolean }
  /** No answer, or one that says nothing: it may have executed. */
  | { kind: "lost" }
  | { kind: "ledger"; run: Standing }
  | { kind: "fence"; run: Standing }
  | { kind: "silence"; asked: "ask" | "fence" };

export type Action =
  | { kind: "send"; part: number; afterMs: number }
  | { kind: "ask"; afterMs: number }
  | { kind: "fence"; afterMs: number }
  | { kind: "end"; verdict: Verdict };

/**
 * `recorded`: the ledger's row is final, it has the outcome. `unrecorded`: the function answered without touching the ledger, its answer
 * is the outcome. `not-executed`: nothing was executed, nor ever will be. `unknown`: the ledger could not be asked in time.
 */
export type Verdict = "recorded" | "unrecorded" | "not-executed" | "unknown";

export interface Patience {
  /** How long the ledger is asked in vain before giving up: the function's time limit and a margin. Milliseconds. */
  askMs: number;
  /** How often a part is sent that provably was not executed. */
  sends: number;
}

/** Time alone proves nothing: after a laptop's sleep it has passed without one question. */
const fewestFailures = 6;

/** `fenceAfter` is for runs that somebody else sent: an asynchronous invocation may begin late. */
export function startReconciliation(now: number, patience: Patience, fenceAfter = 0): Reconciliation {
  return { part: 0, sends: 0, patienceUntil: now + patience.askMs, failures: 0, fenceAfter };
}

export interface Decided {
  state: Reconciliation;
  action: Action;
}

export function decide(state: Reconciliation, seen: Observation, now: number, patience: Patience): Decided {
  switch (seen.kind) {
    case "begin":
      return send({ ...state, part: 0 }, 1, 0);
    case "attach":
      return ask(state, 0);
    case "answered":
      return seen.run === undefined
        ? end(state, "unrecorded")
        : standing(answered(state, now, patience), seen.run, patience);
    case "not-executed":
      return notExecuted(state, seen.again, patience);
    case "lost":
      // The patience begins now: the request itself may have taken the whole time limit.
      return ask(answered(state, now, patience), 0);
    case "ledger":
      if (seen.run !== undefined) return standing(answered(state, now, patience), seen.run, patience);
      return now < state.fenceAfter ? ask(state, runningPollMs) : fence(answered(state, now, patience), 0);
    case "fence":
      // A fence always leaves a row; without one it did not work, and is tried again.
      return seen.run === undefined
        ? silence(state, "fence", now)
        : standing(answered(state, now, patience), seen.run, patience);
    case "silence":
      return silence(state, seen.asked, now);
  }
}

function answered(state: Reconciliation, now: number, patience: Patience): Reconciliation {
  return { ...state, failures: 0, patienceUntil: now + patience.askMs };
}

function standing(
  state: Reconciliation,
  run: { state: RunState; part: number },
  patience: Patience,
): Decided {
  if (isFinal(run.state)) return end(state, "recorded");
  if (run.state === "running") return ask(state, runningPollMs);
  const next = run.part + 1;
  // Sent in vain as often as patience allows: the run shall not go on by itself later.
  if (next === state.part && state.sends >= patience.sends) return fence(state, 0);
  return send(state, next, next === state.part ? backoff(state.sends) : 0);
}

function notExecuted(state: Reconciliation, again: boolean, patience: Patience): Decided {
  if (again && state.sends < patience.sends) return send(state, state.part, backoff(state.sends));
  // An earlier part was executed and is paused: stop it, and learn what stands.
  return state.part > 1 ? fence(state, 0) : end(state, "not-executed");
}

function silence(state: Reconciliation, asked: "ask" | "fence", now: number): Decided {
  const next = { ...state, failures: state.failures + 1 };
  if (now >= state.patienceUntil && next.failures >= fewestFailures) return end(next, "unknown");
  return { state: next, action: { kind: asked, afterMs: backoff(next.failures) } };
}

const runningPollMs = 1_000;

/** 0.25 s doubling to 8 s. */
function backoff(times: number): number {
  return Math.min(250 * 2 ** Math.max(0, times - 1), 8_000);
}

function send(state: Reconciliation, part: number, afterMs: number): Decided {
  const sends = part === state.part ? state.sends + 1 : 1;
  return { state: { ...state, part, sends }, action: { kind: "send", part, afterMs } };
}

function ask(state: Reconciliation, afterMs: number): Decided {
  return { state, action: { kind: "ask", afterMs } };
}

function fence(state: Reconciliation, afterMs: number): Decided {
  return { state, action: { kind: "fence", afterMs } };
}

function end(state: Reconciliation, verdict: Verdict): Decided {
  return { state, action: { kind: "end", verdict } };
}

import { isFinal } from "../../src/contract/run-record.js";
import {
  type Observation,
  type Patience,
  startReconciliation,
  type Verdict,
} from "../../src/workflow/reconcile.js";
import type { Request, System } from "./handler.js";
import { type Call, type Received, send } from "./network.js";
import type { Machine, Row, World } from "./world.js";

export const patience: Patience = { askMs: 30_000, sends: 3 };

/** How long an attach leaves an event that Lambda may still have in its queue. */
export const mayBeginMs = 60_000;

export interface Intent {
  intent: string;
  runId: string;
  plan: string[];
}

/** What a command ended with, and what it then showed. */
export interface Ending extends Intent {
  verdict: Verdict;
  shown?: Row;
  /** How many questions were asked in vain since the last answer, and for how long. */
  inVain: { questions: number; ms: number };
}

/** A command that drives the project's own decisions, as execute-run does. */
export function* command(
  world: World,
  system: System,
  calls: Call[],
  started: Intent & { kind: "begin" | "attach" },
): Machine<Ending> {
  let { runId } = started;
  const { intent, plan } = started;
  let state = startReconciliation(
    world.now,
    patience,
    started.kind === "attach" ? world.now + mayBeginMs : 0,
  );
  let seen: Observation = { kind: started.kind };
  let shown: Row | undefined;
  let questions = 0;
  let heardAt = world.now;
  for (let attempt = 2; ; ) {
    const decided = system.decide(state, seen, world.now, patience);
    state = decided.state;
    const { action } = decided;
    if (action.kind === "end") {
      const { verdict } = action;
      const inVain = { questions, ms: world.now - heardAt };
      return { intent, runId, plan, verdict, inVain, ...(shown === undefined ? {} : { shown }) };
    }
    if (action.afterMs > 0) yield { what: "sleep", at: world.now + action.afterMs };
    const request: Request =
      action.kind === "send"
        ? { operation: "run", intent, runId, plan, part: action.part }
        : { operation: action.kind === "ask" ? "run_result" : "fence_run", intent, runId };
    const call = send(calls, request);
    yield { what: `await ${request.operation}`, ready: () => call.received !== undefined };
    const received = call.received as Received;
    questions = action.kind === "send" || received.kind === "answer" ? 0 : questions + 1;
    if (questions === 0) heardAt = world.now;
    if (received.kind === "answer") shown = received.answer.run ?? shown;
    seen = system.observe(action.kind, received);
    if (system.onLost === "new-run" && seen.kind === "lost") {
      runId = `${started.runId}-${attempt}`;
      attempt += 1;
      seen = { kind: "begin" };
    }
  }
}

/** `run --detach`: an event is sent, and the command ends at once. */
export function* detach(calls: Call[], { intent, runId, plan }: Intent): Machine {
  yield { what: "send event" };
  send(calls, { operation: "run", intent, runId, plan, part: 1 }, true);
}

/** What execute-run makes of what came back. */
export function observe(action: "send" | "ask" | "fence", received: Received): Observation {
  if (action !== "send") {
    if (received.kind !== "answer") return { kind: "silence", asked: action };
    return { kind: action === "ask" ? "ledger" : "fence", run: received.answer.run };
  }
  if (received.kind === "rejected") return { kind: "not-executed", again: true };
  if (received.kind === "lost") return { kind: "lost" };
  const { run, definite } = received.answer;
  return run === undefined && !definite ? { kind: "lost" } : { kind: "answered", run };
}

/** A verdict that promises that nothing is executed from now on. */
export function promises({ verdict, shown }: Ending): boolean {
  return verdict !== "unknown" && (verdict !== "recorded" || (shown !== undefined && isFinal(shown.state)));
}

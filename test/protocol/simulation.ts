import { command, detach, type Ending, type Intent, promises } from "./cli.js";
import { type Answer, invocation, type System } from "./handler.js";
import { checkEnding, checkWorld, executedFor, Violation } from "./invariants.js";
import type { Call } from "./network.js";
import {
  Broken,
  type Client,
  type Machine,
  newWorld,
  pending,
  type Scenario,
  type Wait,
  type World,
} from "./world.js";

/** The function's time limit. Milliseconds. */
const functionLimit = 15_000;

/** A state machine under way: a command, or an invocation with the connections it has. */
export interface Process {
  name: string;
  machine: Machine<unknown>;
  wait: Wait;
  client?: Client;
  call?: Call;
  intent?: Intent;
  end: (value: unknown) => void;
  fail: (error: unknown) => void;
}

/** A person's `run`, or `run --detach` with an attach after it. */
export interface Typed {
  runId: string;
  kind: "begin" | "detach";
}

export interface Simulation {
  world: World;
  system: System;
  calls: Call[];
  processes: Process[];
  /** Connections whose process was killed. */
  lingering: Client[];
  /** Commands that are gone without a verdict, for an attach to take up. */
  orphans: Intent[];
  intents: Intent[];
  endings: { ending: Ending; executed: number }[];
  trace: string[];
}

export function newSimulation(scenario: Scenario, system: System): Simulation {
  const world = newWorld(scenario);
  const none = {
    calls: [],
    untyped: [],
    processes: [],
    lingering: [],
    orphans: [],
    intents: [],
    endings: [],
    trace: [],
  };
  return { world, system, ...none };
}

export function begin(sim: Simulation, { runId, kind }: Typed): void {
  const intent = { intent: runId, runId, plan: pending(sim.world) };
  sim.intents.push(intent);
  if (kind === "begin") {
    startCommand(sim, intent, "begin");
    return;
  }
  const end = () => void sim.orphans.push(intent);
  start(sim, { name: `${runId} detach`, machine: detach(sim.calls, intent), end });
}

export function startCommand(sim: Simulation, intent: Intent, kind: "begin" | "attach"): void {
  const machine = command(sim.world, sim.system, sim.calls, { ...intent, kind });
  const end = (value: unknown) => {
    const ending = value as Ending;
    sim.trace.push(`    ${ending.runId} ends: ${ending.verdict} ${ending.shown?.state ?? ""}`);
    checkEnding(sim.world, ending);
    sim.endings.push({ ending, executed: executedFor(sim.world, ending.intent).length });
  };
  start(sim, { name: `${intent.runId} ${kind}`, machine, intent, end });
}

export function deliver(sim: Simulation, call: Call): void {
  call.deliveries += 1;
  const { world, system, calls } = sim;
  const { request } = call;
  const client: Client = { deadline: world.now + functionLimit, sessions: [] };
  const what = request.operation === "run" ? `run part ${request.part}` : request.operation;
  start(sim, {
    name: `${request.runId} ${what} #${calls.indexOf(call)}.${call.deliveries}`,
    machine: invocation(world, system, request, client),
    client,
    call,
    end: (value) => void call.answers.push({ kind: "answer", answer: structuredClone(value as Answer) }),
    fail: (error) => {
      if (!(error instanceof Broken)) throw error;
      call.answers.push({ kind: "lost" });
    },
  });
}

function start(sim: Simulation, process: Omit<Process, "wait" | "fail"> & Partial<Process>): void {
  const rethrow = (error: unknown) => {
    throw error;
  };
  sim.processes.push({ wait: { what: "start" }, fail: rethrow, ...process });
}

/** One step of one process; an invocation that is out of time is killed by Lambda instead. */
export function step(sim: Simulation, process: Process): void {
  const { client } = process;
  if (client !== undefined && sim.world.now > client.deadline) {
    kill(sim, process);
    return;
  }
  sim.trace.push(`${process.name}: ${process.wait.what}`);
  try {
    const next = process.machine.next();
    if (next.done === true) remove(sim, process);
    if (next.done === true) process.end(next.value);
    else process.wait = next.value;
  } catch (error) {
    remove(sim, process);
    process.fail(error);
  }
}

export function kill(sim: Simulation, process: Process): void {
  sim.trace.push(`${process.name}: KILLED before ${process.wait.what}`);
  remove(sim, process);
  if (process.client !== undefined) sim.lingering.push(process.client);
  process.call?.answers.push({ kind: "lost" });
  if (process.intent !== undefined) sim.orphans.push(process.intent);
}

function remove(sim: Simulation, process: Process): void {
  const index = sim.processes.indexOf(process);
  if (index >= 0) sim.processes.splice(index, 1);
}

/** What must hold after every move. */
export function checkAll(sim: Simulation): void {
  checkWorld(sim.world);
  const states = new Map<string, string>();
  for (const { ending, executed } of sim.endings) {
    if (!promises(ending)) continue;
    const { intent, runId, verdict, shown } = ending;
    if (executedFor(sim.world, intent).length !== executed)
      throw new Violation(`${intent} went on after its verdict ${verdict} was shown`);
    if (shown === undefined || verdict !== "recorded") continue;
    if ((states.get(runId) ?? shown.state) !== shown.state)
      throw new Violation(`${runId} was shown as ${states.get(runId)} and as ${shown.state}`);
    states.set(runId, shown.state);
  }
}

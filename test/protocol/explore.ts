import type { System } from "./handler.js";
import { Violation } from "./invariants.js";
import { faults, type Move, progress } from "./moves.js";
import { begin, checkAll, deliver, newSimulation, type Simulation, type Typed } from "./simulation.js";
import type { Scenario } from "./world.js";

export interface Command {
  kind: Typed["kind"];
  /** How many choices are made before it is typed. */
  after: number;
}

/** What is tried, as data that fast-check can make and shrink. */
export interface Exploration {
  scenario: Scenario;
  /** What people type; runs compete for the lock. */
  commands: Command[];
  /** Each picks the next move among those there are; small ones pick what happens where nothing goes wrong. */
  choices: number[];
}

/** Choices from here on are faults. */
export const faulty = 1_000;

const mostSteps = 4_000;

/**
 * Lets the choices happen, then only what mends until every command has ended, then delivers every request again, hours later. Throws a
 * `Violation` with the trace where something does not hold.
 */
export function explore(system: System, { scenario, commands, choices }: Exploration): Simulation {
  const sim = newSimulation(scenario, system);
  try {
    const untyped = commands.map((command, index) => ({ ...command, runId: `R${index + 1}` }));
    for (const [index, choice] of choices.entries()) {
      for (const typed of untyped) if (typed.after === index) begin(sim, typed);
      const wrong = choice >= faulty ? faults(sim) : [];
      make(sim, pick(wrong.length > 0 ? wrong : progress(sim), choice % faulty));
    }
    for (const typed of untyped) if (typed.after >= choices.length) begin(sim, typed);
    settle(sim);
    sim.trace.push("--- hours later, everything that was sent is delivered again");
    sim.world.now += 6 * 3_600_000;
    for (const call of [...sim.calls, ...sim.calls]) if (!call.rejected) deliver(sim, call);
    settle(sim);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(`${error.message}\n${sim.trace.map((line) => `  ${line}`).join("\n")}`);
  }
  return sim;
}

/** Nothing goes wrong any more: every process ends. */
function settle(sim: Simulation): void {
  for (let steps = 0; ; steps += 1) {
    const moves = progress(sim);
    if (moves.length === 0) break;
    if (steps > mostSteps) throw new Violation("it does not end");
    make(sim, pick(moves, steps));
  }
  if (sim.processes.length > 0) throw new Violation("nobody can go on");
}

function pick(moves: Move[], choice: number): Move | undefined {
  return moves[choice % moves.length];
}

function make(sim: Simulation, move: Move | undefined): void {
  if (move === undefined) return;
  if (move.what !== "") sim.trace.push(`  ${move.what}`);
  move.make();
  checkAll(sim);
}

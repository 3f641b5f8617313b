import { deliver, kill, type Simulation, startCommand, step } from "./simulation.js";
import { endSession } from "./world.js";

/** One thing that can happen next. */
export interface Move {
  what: string;
  make: () => void;
}

const mostDeliveries = 3;

/** What happens where nothing goes wrong, and what mends. */
export function progress(sim: Simulation): Move[] {
  const { world, calls } = sim;
  const moves: Move[] = [];
  const add = (what: string, make: () => void) => moves.push({ what, make });
  for (const process of sim.processes) {
    const { at, ready } = process.wait;
    // Its own steps are in the trace already.
    if ((at ?? 0) <= world.now && (ready?.() ?? true)) add("", () => step(sim, process));
  }
  calls.forEach((call, index) => {
    const { received, deliveries, rejected, event } = call;
    if (received !== undefined && !event) return;
    if (deliveries === 0 && !rejected) add(`deliver #${index}`, () => deliver(sim, call));
    const answer = call.answers[0];
    if (answer === undefined || received !== undefined) return;
    add(`answer #${index}: ${answer.kind}`, () => {
      call.received = answer;
    });
  });
  for (const orphan of sim.orphans)
    add(`attach to ${orphan.runId}`, () => {
      sim.orphans.splice(sim.orphans.indexOf(orphan), 1);
      startCommand(sim, orphan, "attach");
    });
  for (const { sessions } of sim.lingering)
    for (const session of sessions)
      if (session.alive) add(`backend ${session.id} notices`, () => endSession(world, session, false));
  if (!world.up)
    add("PostgreSQL starts", () => {
      world.up = true;
    });
  return moves.length > 0 ? moves : passTime(sim);
}

/** Until the next sleeper wakes. */
function passTime({ world, processes }: Simulation): Move[] {
  const wakes = processes.flatMap(({ wait }) =>
    wait.at !== undefined && wait.at > world.now ? [wait.at] : [],
  );
  if (wakes.length === 0) return [];
  const next = Math.min(...wakes);
  const make = () => {
    world.now = next;
  };
  return [{ what: `${next - world.now} ms pass`, make }];
}

/** What can go wrong. */
export function faults(sim: Simulation): Move[] {
  const { world, calls } = sim;
  const moves: Move[] = [...passTime(sim)];
  const add = (what: string, make: () => void) => moves.push({ what, make });
  for (const [index, call] of calls.entries()) {
    if (call.received === undefined) {
      add(`LOSE the answer to #${index}`, () => {
        call.received = { kind: "lost" };
      });
      if (call.deliveries === 0)
        add(`REJECT #${index}`, () => {
          call.rejected = true;
          call.received = { kind: "rejected" };
        });
    }
    const late = call.received !== undefined && !call.rejected;
    if ((late || call.deliveries > 0) && call.deliveries < mostDeliveries)
      add(`deliver #${index} LATE OR AGAIN`, () => deliver(sim, call));
  }
  for (const process of sim.processes)
    if (process.client !== undefined || process.intent !== undefined) add("", () => kill(sim, process));
  for (const session of world.sessions) {
    if (!session.alive) continue;
    add(`backend ${session.id} BREAKS, rolled back`, () => endSession(world, session, false));
    if (session.migration !== undefined)
      add(`backend ${session.id} BREAKS, committed`, () => endSession(world, session, true));
  }
  if (world.up)
    add("PostgreSQL CRASHES", () => {
      world.up = false;
      for (const session of world.sessions) endSession(world, session, false);
    });
  add("an HOUR passes", () => {
    world.now += 3_600_000;
  });
  for (const intent of sim.intents)
    if (sim.processes.filter((process) => process.intent?.runId === intent.runId).length === 1)
      add(`ANOTHER attaches to ${intent.runId}`, () => startCommand(sim, intent, "attach"));
  return moves;
}

import type { RunState } from "../../src/contract/run-record.js";

/** A process: it does one atomic thing each time it is resumed, and says what it waits for before the next. */
export type Machine<Result = void> = Generator<Wait, Result, void>;

export interface Wait {
  /** The step that comes next, for the trace. */
  what: string;
  ready?: () => boolean;
  /** The time before which it sleeps. */
  at?: number;
}

export interface Row {
  runId: string;
  state: RunState;
  part: number;
  session: number;
  leaseUntil: number;
  plan: string[];
  applied: string[];
}

/** A PostgreSQL backend. It may outlive its client, and end under it. */
export interface Session {
  id: number;
  runId: string;
  alive: boolean;
  /** The transaction it works on. */
  migration?: { revision: string; intent: string; part: number };
}

/** One execution of a migration, whether or not it was recorded. `intent`: the act of a person it belongs to. */
export interface Effect {
  intent: string;
  runId: string;
  part: number;
  session: number;
  revision: string;
  /** Whether history says so too. */
  recorded: boolean;
}

/** What the migrations of a scenario are like. */
export interface Scenario {
  migrations: string[];
  nonTransactional?: string;
  failing?: string;
  /** `stopBefore` of the handler: so long that each part applies one migration, or none. */
  stopBefore: number;
}

export interface World {
  scenario: Scenario;
  now: number;
  up: boolean;
  history: string[];
  effects: Effect[];
  rows: Map<string, Row>;
  sessions: Session[];
  /** The session that holds the advisory lock. */
  lock?: Session;
}

/** The connection is gone, or could not be made. */
export class Broken extends Error {}

export function newWorld(scenario: Scenario): World {
  return {
    scenario,
    now: 1_000_000,
    up: true,
    history: [],
    effects: [],
    rows: new Map(),
    sessions: [],
  };
}

/** A process of Lambda's with its connections. It has until its deadline, then it is killed. */
export interface Client {
  deadline: number;
  sessions: Session[];
}

export function* connect(world: World, client: Client, runId: string): Machine<Session> {
  yield { what: "connect" };
  if (!world.up) throw new Broken();
  const session: Session = { id: world.sessions.length, runId, alive: true };
  world.sessions.push(session);
  client.sessions.push(session);
  return session;
}

/** One statement, atomic as one that commits by itself is. */
export function* statement<T>(session: Session, what: string, act: () => T): Machine<T> {
  yield { what };
  if (!session.alive) throw new Broken();
  return act();
}

export function commit(world: World, session: Session): void {
  if (session.migration === undefined) return;
  const { revision } = session.migration;
  if (revision !== world.scenario.nonTransactional) execute(world, session);
  const effect = world.effects.findLast((effect) => effect.revision === revision);
  if (effect !== undefined) effect.recorded = true;
  world.history.push(revision);
  delete session.migration;
}

export function execute(world: World, session: Session): void {
  if (session.migration === undefined) return;
  world.effects.push({ ...session.migration, runId: session.runId, session: session.id, recorded: false });
}

/** The backend ends; what it was at work on was committed, or was not. */
export function endSession(world: World, session: Session, committed: boolean): void {
  if (committed) commit(world, session);
  delete session.migration;
  session.alive = false;
  if (world.lock === session) delete world.lock;
}

export function pending(world: World): string[] {
  return world.scenario.migrations.filter((revision) => !world.history.includes(revision));
}

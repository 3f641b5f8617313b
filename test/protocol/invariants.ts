import { isFinal } from "../../src/contract/run-record.js";
import { type Ending, patience } from "./cli.js";
import type { Effect, World } from "./world.js";

export class Violation extends Error {}

function holds(condition: boolean, what: string): void {
  if (!condition) throw new Violation(what);
}

/** What must hold after every step. */
export function checkWorld(world: World): void {
  const once = new Set<string>();
  const sessions = new Map<string, number>();
  for (const { intent, runId, revision, part, session } of world.effects) {
    holds(!once.has(`${intent} ${revision}`), `${revision} was executed twice for ${intent}`);
    once.add(`${intent} ${revision}`);
    const claimed = `${runId} part ${part}`;
    holds((sessions.get(claimed) ?? session) === session, `${claimed} was executed by two invocations`);
    sessions.set(claimed, session);
  }
  holds(new Set(world.history).size === world.history.length, "a migration is twice in the history");
  const migrating = world.sessions.filter(({ migration }) => migration !== undefined);
  holds(migrating.length <= 1, "two sessions migrate at the same time");
}

/** What must hold when a command ends: what it says is what the database says. */
export function checkEnding(world: World, ending: Ending): void {
  const { verdict, shown, intent, plan } = ending;
  const executed = executedFor(world, intent);
  if (verdict === "not-executed" || verdict === "unrecorded") {
    holds(executed.length === 0, `${verdict}, but ${executed.join()} was executed`);
    return;
  }
  if (verdict === "unknown") {
    const { questions, ms } = ending.inVain;
    holds(questions >= 4 && ms >= patience.askMs, `unknown after ${questions} questions in ${ms} ms`);
    return;
  }
  if (shown === undefined || !isFinal(shown.state))
    throw new Violation("recorded, but nothing final was shown");
  const recorded = executedFor(world, intent, ({ recorded }) => recorded);
  holds(
    shown.applied.toSorted().join() === recorded.toSorted().join(),
    `shown: ${shown.state} with ${shown.applied.join()}, but ${recorded.join()} stands`,
  );
  if (shown.state === "succeeded") {
    holds(
      plan.every((revision) => world.history.includes(revision)),
      "succeeded, but not all of the plan stands",
    );
  }
}

export function executedFor(world: World, intent: string, which = (_: Effect) => true): string[] {
  const own = world.effects.filter((effect) => effect.intent === intent && which(effect));
  return own.map(({ revision }) => revision);
}

import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { caseOfName, everyCase, type FaultCase, randomCases } from "./cases.js";
import { guardedCases, randomGuardedCases, withExpectation } from "./guarded-cases.js";
import { killCases, tryKill } from "./kill-cases.js";
import { guardedKills, tryGuardedKill } from "./kill-guarded.js";
import { isGuarded, openStand, type Stand, testCredentials } from "./stand.js";
import { type Tried, tryCase } from "./try-case.js";
import { tryGuarded } from "./try-guarded.js";

// The SDK's providers read the process's own environment, not the host that a command in this process is given.
Object.assign(process.env, testCredentials);

const { values } = parseArgs({
  options: {
    /** How many seeds' worth of random cases; each on top of every single fault. */
    seeds: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    random: { type: "string", default: "60" },
    case: { type: "string" },
    /** Cases whose name has this in it. */
    only: { type: "string", default: "" },
    lanes: { type: "string", default: "8" },
    verbose: { type: "boolean", default: false },
  },
});

const first = Number(values.seed);
const cases = (values.case === undefined ? allTrials() : trialsNamed(values.case)).filter(({ name }) =>
  name.includes(values.only),
);
print(`seed ${first}, ${cases.length} cases, ${values.lanes} side by side`);

const stand = await openStand();
const tried: Tried[] = [];
try {
  const queue = [...cases];
  await Promise.all(Array.from({ length: Number(values.lanes) }, () => lane(stand, queue)));
} finally {
  await stand.close();
}
const failed = tried.filter(({ wrong }) => wrong.length > 0);
print(`${tried.length} cases, ${failed.length} failed (seed ${first})`);
process.exit(failed.length === 0 && tried.length > 0 ? 0 : 1);

interface Trial {
  name: string;
  on: (stand: Stand) => Promise<Tried>;
}

/** Those that wait for long begin first. */
function allTrials(): Trial[] {
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => first + index);
  const count = Number(values.random);
  const faulty = [
    ...[...everyCase(), ...guardedCases()],
    ...seeds.flatMap((seed) => [
      ...randomCases(seed, count),
      ...randomGuardedCases(seed, Math.ceil(count / 3)),
    ]),
  ];
  const hanging = faulty.filter(({ name }) => name.includes("hang"));
  return [
    ...hanging.map(faultTrial),
    ...killTrials(),
    ...faulty.filter((one) => !hanging.includes(one)).map(faultTrial),
  ];
}

function trialsNamed(name: string): Trial[] {
  const killing = killTrials().filter((trial) => trial.name === name);
  return killing.length > 0 ? killing : [faultTrial(caseOfName(name))];
}

function faultTrial(fault: FaultCase): Trial {
  const guarded = isGuarded(fault.ground) ? withExpectation(fault) : undefined;
  return {
    name: fault.name,
    on: (stand) => (guarded === undefined ? tryCase(stand, fault) : tryGuarded(stand, guarded)),
  };
}

function killTrials(): Trial[] {
  return [
    ...killCases().map((kill) => ({ name: kill.name, on: (stand: Stand) => tryKill(stand, kill) })),
    ...guardedKills().map((kill) => ({ name: kill.name, on: (stand: Stand) => tryGuardedKill(stand, kill) })),
  ];
}

async function lane(stand: Stand, queue: Trial[]): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { name } = next;
    const one = await bounded(next.on(stand)).catch((error: unknown) => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { name, wrong: [`the test itself failed: ${reason}`], outcome: "", ms: 0 };
    });
    tried.push(one);
    if (one.wrong.length > 0) print(`FAILED  --case '${name}'  ${one.outcome}\n  ${one.wrong.join("\n  ")}`);
    else if (values.verbose) print(`${one.ms} ms  ${name}  ${one.outcome}`);
  }
}

/** Hanging for ever is a failure like any other: longer than every timeout of one case together. */
async function bounded<T>(work: Promise<T>): Promise<T> {
  const bound = new AbortController();
  const end = wait(240_000, undefined, { signal: bound.signal }).then(() => {
    throw new Error("it did not end within 240 s");
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    bound.abort();
    end.catch(() => {});
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

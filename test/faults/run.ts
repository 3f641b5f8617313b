import { parseArgs } from "node:util";
import { caseOfName, everyCase, type FaultCase, randomCases } from "./cases.js";
import { openStand, type Stand, testCredentials } from "./stand.js";
import { type Tried, tryCase } from "./try-case.js";

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
const cases = values.case === undefined ? allCases() : [caseOfName(values.case)];
print(`seed ${first}, ${cases.length} cases, ${values.lanes} side by side`);

const stand = await openStand();
const tried: Tried[] = [];
try {
  const queue = cases.filter(({ name }) => name.includes(values.only));
  await Promise.all(Array.from({ length: Number(values.lanes) }, () => lane(stand, queue)));
} finally {
  await stand.close();
}
const failed = tried.filter(({ wrong }) => wrong.length > 0);
print(`${tried.length} cases, ${failed.length} failed (seed ${first})`);
process.exit(failed.length === 0 && tried.length > 0 ? 0 : 1);

function allCases(): FaultCase[] {
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => first + index);
  return [...everyCase(), ...seeds.flatMap((seed) => randomCases(seed, Number(values.random)))];
}

async function lane(on: Stand, queue: FaultCase[]): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { name } = next;
    const one = await tryCase(on, next).catch((error: unknown) => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { name, wrong: [`the test itself failed: ${reason}`], outcome: "", ms: 0 };
    });
    tried.push(one);
    if (one.wrong.length > 0) print(`FAILED  --case '${name}'  ${one.outcome}\n  ${one.wrong.join("\n  ")}`);
    else if (values.verbose) print(`${one.ms} ms  ${name}  ${one.outcome}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

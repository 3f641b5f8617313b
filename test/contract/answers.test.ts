import { describe, expect, test } from "vitest";
import { codecFor, decodeAnswer, type Outcome } from "../../src/contract/codec.js";
import type { Contract } from "../../src/contract/contract.js";
import { adminOperation } from "./answers/admin-operation.js";
import { type Sample, type Speaker, secret, type Truth } from "./answers/answer.js";
import { appliedList, queryLambda } from "./answers/applied-list.js";
import { emptyEvent } from "./answers/empty-event.js";
import { migrateRemote } from "./answers/migrate-remote.js";
import { type Random, randomOf } from "./answers/random.js";
import { documented, speakers } from "./answers/templates.js";
import { broken, failingWrapping, wrapped } from "./answers/wrap.js";

const query = { functionName: "query", table: "schema_migrations" };
const templates = documented();

const contracts: [Speaker, Contract][] = [
  [migrateRemote, { preset: "migrate-remote" }],
  [adminOperation, { preset: "admin-operation" }],
  [emptyEvent, { preset: "empty-event", payload: "{}" }],
  [appliedList, { preset: "applied-list", query }],
  [queryLambda, { preset: "applied-list", query }],
  ...speakers.map((speaker): [Speaker, Contract] => [speaker, templates.get(speaker.name) as Contract]),
];

const answers = 10_000;

/** One answer whose truth is known because it was made from it. */
function sample(speaker: Speaker, random: Random): Sample {
  const operation = random.pick(speaker.operations);
  const truth = random.pick<Truth>(["success", "failure", "partial", "nonsense"]);
  const success = speaker.success(random, operation);
  const made = (value: unknown): Sample => ({
    truth,
    operation,
    answer: { payload: wrapped(random, value) },
  });
  switch (truth) {
    case "success":
      return {
        ...made(success.value),
        ...(success.revisions === undefined ? {} : { revisions: success.revisions }),
      };
    case "failure":
      if (random.chance(0.3)) return { truth, operation, answer: failingWrapping(random, success.value) };
      return made(speaker.failure(random, operation));
    case "partial":
      return made((speaker.partial ?? speaker.failure)(random, operation));
    case "nonsense":
      if (random.chance(0.3)) return { truth, operation, answer: { payload: broken(random, success.value) } };
      return made(speaker.nonsense(random, operation));
  }
}

function saysSuccess(outcome: Outcome): boolean {
  return outcome.kind === "report" && outcome.report.success;
}

describe.each(contracts.map(([speaker, contract]) => ({ speaker, contract, name: speaker.name })))(
  "10,000 answers to contract $name",
  ({ speaker, contract }) => {
    const codec = codecFor(contract);
    const seed = 20261120;
    const random = randomOf(seed);
    const samples = Array.from({ length: answers }, () => sample(speaker, random));
    const outcomes = samples.map(({ operation, answer }) => decodeAnswer(codec, operation, answer));
    const wrong = (fault: (sample: Sample, outcome: Outcome) => boolean) =>
      samples
        .flatMap((one, index) =>
          fault(one, outcomes[index] as Outcome) ? [{ one, outcome: outcomes[index] }] : [],
        )
        .slice(0, 3);

    test("no failure, half success or nonsense is read as success", () => {
      expect(wrong(({ truth }, outcome) => truth !== "success" && saysSuccess(outcome))).toEqual([]);
    });

    test("success is recognised, and what was applied, skipped and left is what it says", () => {
      const misread = ({ truth, revisions = {} }: Sample, outcome: Outcome) => {
        if (truth !== "success") return false;
        if (outcome.kind !== "report" || !outcome.report.success) return true;
        const { migrations, currentRevisions } = outcome.report;
        const told = (status: string) =>
          migrations.filter((entry) => entry.status === status).map(({ revision }) => revision);
        const { current, head: _, ...lists } = revisions;
        return (
          Object.entries(lists).some(([status, names]) => told(status).join() !== names.join()) ||
          (current !== undefined && currentRevisions.join() !== current.join())
        );
      };
      expect(wrong(misread)).toEqual([]);
    });

    test("every truth occurs, and a plain failure is told as one", () => {
      for (const truth of ["success", "failure", "partial", "nonsense"]) {
        expect(samples.filter((one) => one.truth === truth).length).toBeGreaterThan(answers / 8);
      }
      const failures = outcomes.filter((_, index) => samples[index]?.truth === "failure");
      const told = failures.filter(({ kind }) => kind === "report" || kind === "function-error");
      expect(told.length / failures.length).toBeGreaterThan(0.2);
    });

    test("what is shown of an answer is short and holds no secret", () => {
      const shown = outcomes.map((outcome) => JSON.stringify(outcome));
      expect(shown.filter((text) => text.includes(secret))).toEqual([]);
      expect(Math.max(...shown.map((text) => text.length))).toBeLessThan(20_000);
      expect(({} as Record<string, unknown>).success).toBeUndefined();
    });
  },
);

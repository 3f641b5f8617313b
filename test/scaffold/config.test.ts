import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import { resolveTarget } from "../../src/config/resolve.js";
import { contractNames } from "../../src/contract/contract.js";
import type { Fact } from "../../src/project/facts/fact.js";
import { choose } from "../../src/scaffold/config/choose.js";
import { templated } from "../../src/scaffold/config/names.js";
import { configText } from "../../src/scaffold/config/text.js";

const nasty = fc.string({ unit: "binary", maxLength: 80 });
const name = fc.oneof(
  fc.constantFrom(
    "shop-migrate-dev",
    "shop-migrate-{stage}",
    "prod-migrations",
    "x",
    "{stage}",
    "a:b",
    "arn:aws:lambda:eu-west-1:123456789012:function:x",
    "{project}",
    "a".repeat(200),
    "shop_migrate_live",
  ),
  nasty,
);
const where = fc.oneof(fc.constant("a.tf:1"), nasty);
const stage = fc.oneof(
  fc.constantFrom("dev", "staging", "prod", "production", "live", "qa", "local", "__proto__"),
  nasty,
);
const file = fc.oneof(
  fc.constantFrom("handler.mjs", "lambda/app.py", "a.b.mjs", "x.ts", "odd name/handler.cjs"),
  nasty.map((text) => `${text}/h.py`),
);

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({ kind: fc.constant("project" as const), name, where }),
  fc.record({ kind: fc.constant("stage" as const), name: stage, where }),
  fc.record({
    kind: fc.constant("region" as const),
    region: fc.oneof(fc.constantFrom("eu-west-1", "us-gov-west-1"), nasty),
    where,
  }),
  fc.record({
    kind: fc.constant("account" as const),
    account: fc.constantFrom("123456789012", "210987654321"),
    where,
  }),
  fc.record({
    kind: fc.constant("database" as const),
    engine: fc.constantFrom("instance" as const, "cluster" as const),
    identifier: name,
    where,
  }),
  fc.record({
    kind: fc.constant("function" as const),
    label: name,
    name: fc.option(name, { nil: undefined }),
    handler: fc.option(fc.constantFrom("handler.handler", "lambda/app.handler"), { nil: undefined }),
    code: fc.constantFrom("handler.mjs", "lambda/app.py", "elsewhere.py"),
    where,
  }),
  fc.record({
    kind: fc.constant("handler" as const),
    file,
    exported: fc.constantFrom("handler", "lambda_handler"),
    contract: fc.constantFrom(...contractNames, "query" as const),
    why: fc.constant("it does"),
    where,
  }),
  fc.record({
    kind: fc.constant("invocation" as const),
    name,
    event: fc.constantFrom(
      "none" as const,
      "{}" as const,
      "admin_operation" as const,
      "sql" as const,
      undefined,
    ),
    where,
  }),
);
const facts = fc.array(fact, { maxLength: 25 });
const handler = {
  handler: "lambda/migrate/handler.handler",
  environment: { A: 'b"\n' },
  file: "lambda/migrate/handler.mjs",
  package: { directory: "lambda/migrate", include: { "a b": "c\u2028" } },
};

test("whatever was seen: what is proposed is a configuration, and each of its stages is a target", () => {
  const answers = fc.constantFrom(
    {},
    { contract: "empty-event" as const },
    { functionName: "x-{stage}" },
    { written: handler },
  );
  fc.assert(
    fc.property(facts, answers, (seen, said) => {
      const text = configText(choose(seen, said));
      if (text === undefined) return;
      const parsed = parseConfig(text);
      if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.problems)}`);
      for (const one of Object.keys(parsed.config.stages)) {
        const target = resolveTarget(parsed.config, one, { region: "eu-west-1", env: {} });
        if (!target.ok) throw new Error(`${text}\n${JSON.stringify(target.problems)}`);
      }
    }),
    { numRuns: 2000 },
  );
});

test("a Lambda in AWS is spoken to only where its own code, what it is sent today, or a person says how", () => {
  fc.assert(
    fc.property(facts, (seen) => {
      const { contract, functionName } = choose(seen, {});
      if (contract === undefined || functionName === undefined) return;
      const witnesses = seen.filter(
        (one) =>
          (one.kind === "invocation" && one.event !== undefined && one.event !== "sql") ||
          (one.kind === "handler" && one.contract !== "query"),
      );
      expect(witnesses.map((one) => one.where)).toContain(contract.where);
      const preset = typeof contract.value === "string" ? contract.value : contract.value.preset;
      // What is sent nothing today is sent nothing else.
      const sent = seen.filter((one) => one.kind === "invocation").map(({ event }) => event);
      const isOnlyEmpty = sent.length > 0 && sent.every((event) => event === "none" || event === "{}");
      if (isOnlyEmpty && seen.filter(({ kind }) => kind === "function").length === 0) {
        expect(["empty-event", "applied-list"]).toContain(preset);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["shop-migrate-dev", { template: "{project}-migrate-{stage}", stage: "dev" }],
  ["prod-shop-migrate", { template: "{stage}-shop-migrate", stage: "prod" }],
  ["shop-{stage}-migrate", { template: "{project}-{stage}-migrate", stage: undefined }],
  ["shopping", { template: "shopping", stage: undefined }],
  ["shop-device", { template: "{project}-device", stage: undefined }],
  ["{other}-x", undefined],
  ["a b", undefined],
  ["", undefined],
])("the name %s as a template", (name, expected) => {
  expect(templated(name, "shop")).toEqual(expected);
});

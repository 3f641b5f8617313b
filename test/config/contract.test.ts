import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import { resolveTarget } from "../../src/config/resolve.js";

const config = (contract: unknown, stage: object = {}, top: object = {}) =>
  JSON.stringify({ project: "shop", contract, stages: { dev: stage }, ...top });

function problems(contract: unknown): string[] {
  const parsed = parseConfig(config(contract));
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path} ${message}`);
}

function resolve(contract: unknown, stage: object = {}, top: object = {}) {
  const parsed = parseConfig(config(contract, stage, top));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return resolveTarget(parsed.config, "dev", { env: {} });
}

const success = { at: "/ok", is: true };
const template = (run: unknown, more: object = {}) => ({ preset: "template", run, ...more });

describe("contract", () => {
  test.each<[unknown, object]>([
    ["empty-event", { preset: "empty-event", payload: "{}" }],
    [
      { preset: "empty-event", payload: "none" },
      { preset: "empty-event", payload: "none" },
    ],
    [{ preset: "admin-operation" }, { preset: "admin-operation" }],
    ["applied-list", { preset: "applied-list" }],
    [
      { preset: "applied-list", queryFunction: "{project}-query-{stage}" },
      { preset: "applied-list", query: { functionName: "shop-query-dev", table: "schema_migrations" } },
    ],
  ])("%j resolves", (written, contract) => {
    expect(resolve(written)).toMatchObject({ ok: true, target: { contract } });
  });

  test("a template, its shorthands written out; a stage's own comes before the file's", () => {
    const written = template(
      { send: {}, read: { success, message: "/text", current: "/at", state: "/state" } },
      { name: "own" },
    );
    expect(resolve("migrate-remote", { contract: written })).toMatchObject({
      target: {
        contract: {
          name: "own",
          stage: "dev",
          run: {
            send: {},
            read: {
              success: [success],
              failure: [],
              message: { at: "/text", base64: false },
              current: { at: "/at", revision: "" },
              state: { at: "/state", states: {} },
            },
          },
        },
      },
    });
  });

  test.each<[unknown, string[]]>([
    [
      "aplied-list",
      [
        'contract must be "migrate-remote", "admin-operation", "empty-event" or "applied-list": did you mean `applied-list`?',
      ],
    ],
    [{}, ["contract.preset is missing"]],
    [
      { preset: "tempalte" },
      [
        'contract.preset must be "migrate-remote", "admin-operation", "empty-event", "applied-list" or "template": did you mean `template`?',
      ],
    ],
    [
      { preset: "empty-event", payload: "null", queryFunction: "q" },
      [
        'contract.payload must be "{}" or "none"',
        "contract.queryFunction unknown key `queryFunction` (known here: preset, payload)",
      ],
    ],
    [
      { preset: "applied-list", queryFuncton: "q", historyTable: "a; DROP TABLE b" },
      [
        "contract.queryFuncton unknown key `queryFuncton`: did you mean `queryFunction`?",
        'contract.historyTable must be a plain name such as "schema_migrations" or "public.schema_migrations"',
      ],
    ],
    [{ preset: "template" }, ["contract.run is missing"]],
    [
      template(
        {
          send: { a: "{targetRevison}", b: "{targetRevision}", c: ["x {runId?}"] },
          read: { success: { at: "x" }, applyed: "/a" },
        },
        { status: { send: "{runId}", read: { success: { at: "/x", is: 1, exists: true } } } },
      ),
      [
        "contract.run.send.a unknown placeholder {targetRevison}: did you mean `targetRevision`?",
        "contract.run.send.b there is not always a targetRevision: say {targetRevision|what to send then} or {targetRevision?}",
        "contract.run.send.c[0] {runId?} leaves its key out, so it is the whole text of a key or an item",
        "contract.run.read.success must have one of `is`, `oneOf` and `exists`",
        'contract.run.read.success.at must be a JSON Pointer such as "/result/applied", or "" for the whole answer',
        "contract.run.read.applyed unknown key `applyed`: did you mean `applied`?",
        "contract.status.send unknown placeholder {runId} (known here: {stage})",
        "contract.status.read.success must have one of `is`, `oneOf` and `exists`",
      ],
    ],
    [template({ read: { success } }), ["contract.run.send is missing"]],
    [
      template({ send: {}, read: { success } }, { name: "migrate-remote" }),
      ["contract.name is the name of a preset: choose another"],
    ],
  ])("what is wrong is told all at once: %j", (contract, expected) => {
    expect(problems(contract)).toEqual(expected);
  });

  test.each([
    [
      { queryFunction: "{project} query" },
      {},
      "`contract.queryFunction` is not the name of a Lambda function",
    ],
    [{ queryFunction: "{regoin}-q" }, {}, "unknown placeholder"],
    [
      { queryFunction: "arn:aws:lambda:us-west-2:111111111111:function:q" },
      { account: "222222222222", region: "us-west-2" },
      "`contract.queryFunction` is in account 111111111111, and what migrates is in 222222222222.",
    ],
    [
      { queryFunction: "arn:aws:lambda:eu-west-1:222222222222:function:q" },
      { function: "arn:aws:lambda:us-west-2:222222222222:function:f" },
      "`contract.queryFunction` is in region eu-west-1, and what migrates is in us-west-2.",
    ],
  ])("a query function that cannot be the right one: %j", (query, stage, message) => {
    const resolved = resolve({ preset: "applied-list", ...query }, stage);
    expect(resolved.ok ? [] : resolved.problems.map((problem) => problem.message).join()).toContain(message);
  });
});

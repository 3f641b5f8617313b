import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { schemaFiles } from "../../.config/schemas.js";
import { wireDescriptions } from "../../.config/wire-descriptions.js";
import { loadConfig } from "../../src/config/load.js";
import { resolveTarget } from "../../src/config/resolve.js";
import { resolveStage } from "../../src/config/stage.js";
import { codecFor } from "../../src/contract/codec.js";

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  description?: string;
  additionalProperties?: Schema | false;
  definitions?: Record<string, Schema>;
}

function generated(path: string): Schema {
  return JSON.parse(schemaFiles()[path] ?? "null");
}

function* nodes(schema: Schema, path: string): Generator<[string, Schema]> {
  yield [path, schema];
  for (const [key, value] of Object.entries(schema.properties ?? {})) yield* nodes(value, `${path}.${key}`);
  if (schema.items !== undefined) yield* nodes(schema.items, `${path}[]`);
}

describe("the JSON Schemas", () => {
  test.each(Object.entries(schemaFiles()))("%s is what `npm run schema` writes", async (path, text) => {
    expect(await readFile(path, "utf8")).toBe(text);
  });

  test("every property of the configuration is described and no unknown one allowed", () => {
    const root = generated("docs/migraterc.schema.json");
    const stage = root.properties?.stages?.additionalProperties;
    expect(stage).toBeTypeOf("object");
    for (const [path, node] of [...nodes(root, ""), ...nodes(stage as Schema, "stages.*")].slice(1)) {
      expect(node.description, path).toMatch(/\.$/);
      if (node.properties !== undefined) expect(node.additionalProperties, path).toBe(false);
    }
  });

  test("every description of the wire belongs to a key that exists", () => {
    const { event = {}, report = {} } = generated("docs/wire.schema.json").definitions ?? {};
    const paths = new Set([...nodes(event, "event"), ...nodes(report, "report")].map(([path]) => path));
    expect(Object.keys(wireDescriptions).filter((path) => !paths.has(path))).toEqual([]);
  });

  test("the wire's schema knows every key that the codec sends", () => {
    const run = {
      runId: "20261120T104512Z-9f3c1a7e",
      part: 1,
      planId: "p",
      requestedBy: "r",
      snapshotId: "s",
    };
    const operation = { kind: "run", targetRevision: "r", fixHistory: true, run } as const;
    const sent = codecFor({ preset: "migrate-remote" }).encode(operation).payload as Record<string, object>;
    const event = generated("docs/wire.schema.json").definitions?.event?.properties ?? {};
    expect(Object.keys(event)).toEqual(expect.arrayContaining(Object.keys(sent)));
    expect(Object.keys(event.parameters?.properties ?? {})).toEqual(
      expect.arrayContaining(Object.keys(sent.parameters ?? {})),
    );
  });
});

test("the example loads, and each of its stages resolves", async () => {
  const loaded = await loadConfig(".migraterc.example.json");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded));
  expect(resolveStage(loaded.config, { env: {} })).toEqual({ ok: true, stage: "local" });
  const targets = Object.keys(loaded.config.stages).map((stage) => {
    const resolved = resolveTarget(loaded.config, stage, { env: {} });
    return resolved.ok ? resolved.target : resolved.problems;
  });
  expect(targets).toMatchObject([
    {
      stage: "local",
      local: { handler: "docs/example/handler.handler", database: "embedded" },
      protected: false,
    },
    { stage: "dev", functionName: "template-saas-api-migrate-lambda-dev", protected: false },
    {
      stage: "prod",
      profile: "prod",
      account: "123456789012",
      protected: true,
      snapshot: { kind: "required" },
    },
  ]);
});

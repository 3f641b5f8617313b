// The JSON Schemas that the package ships, generated from the zod schemas so that they cannot say something else.
import { z } from "zod";
import { configSchema } from "../src/config/schema.js";
import { eventSchema } from "../src/contract/codecs/migrate-remote.js";
import { reportSchema } from "../src/contract/report.js";
import { toWire } from "../src/contract/wire.js";
import { describeWire } from "./wire-descriptions.js";

interface Schema {
  [key: string]: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
}

// The draft that editors know best.
const target = "draft-07";

/** Every generated file: its path from the root, and its text. */
export function schemaFiles(): Record<string, string> {
  return {
    "docs/migraterc.schema.json": print(configJsonSchema()),
    "docs/wire.schema.json": print(wireJsonSchema()),
  };
}

function configJsonSchema(): Schema {
  // Not of the draft: editors that know these two words stop marking comments and trailing commas as errors.
  return { ...generate(configSchema.whole()), allowComments: true, allowTrailingCommas: true };
}

function wireJsonSchema(): Schema {
  const definitions = {
    event: onWire(generate(eventSchema()), "event"),
    report: onWire(generate(reportSchema.whole()), "report"),
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Contract migrate-remote",
    description:
      "What the command line sends to the migration Lambda (event), and what that answers (report). Keys that are not named here are ignored.",
    oneOf: [{ $ref: "#/definitions/event" }, { $ref: "#/definitions/report" }],
    definitions,
  };
}

function generate(schema: z.ZodType): Schema {
  return z.toJSONSchema(schema, { target, io: "input", unrepresentable: "throw" }) as Schema;
}

/** Our zod schemas have camelCase keys, the wire has snake_case: property names change, the schema's own words do not. */
function onWire(schema: Schema, path: string): Schema {
  const { $schema: _, properties, required, items, ...rest } = schema;
  const description = describeWire(path);
  return {
    ...(description === undefined ? {} : { description }),
    ...rest,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [
              wireKey(key),
              onWire(value, `${path}.${wireKey(key)}`),
            ]),
          ),
        }),
    ...(required === undefined ? {} : { required: required.map(wireKey) }),
    ...(items === undefined ? {} : { items: onWire(items as Schema, `${path}[]`) }),
  };
}

function wireKey(key: string): string {
  return Object.keys(toWire({ [key]: 0 }) as object)[0] ?? key;
}

function print(schema: Schema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

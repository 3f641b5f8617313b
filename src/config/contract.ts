import * as z from "zod";
import { contractNames, tableNamePattern } from "../contract/contract.js";
import { ifThere, type Keys } from "../contract/if-there.js";
import { template } from "./contract-template.js";

const plain = () =>
  z
    .strictObject({
      preset: z.enum(["migrate-remote", "admin-operation"]).describe("The same as its name alone."),
    })
    .describe("A preset that needs nothing besides its name.");

const emptyEvent = (keys: Keys) =>
  z
    .strictObject({
      preset: z.literal("empty-event").describe("A Lambda that migrates on any event."),
      ...ifThere(keys, {
        payload: () =>
          z
            .enum(["{}", "none"])
            .describe('What is sent: "{}" (default), or "none" for an invocation without payload.'),
      }),
    })
    .describe("A Lambda that migrates on any event and whose answer says at most that something failed.");

const appliedList = (keys: Keys) =>
  z
    .strictObject({
      preset: z
        .literal("applied-list")
        .describe("A Lambda that answers {success, migrations_applied, migrations_skipped}."),
      ...ifThere(keys, {
        queryFunction: () =>
          z
            .string()
            .min(1, { error: "must not be empty" })
            .max(300)
            .describe(
              'A second Lambda that takes {"sql": …} and answers {body: {rows}}: with it status works and a run is verified. Placeholders: {project}, {stage}, {region}.',
            ),
        historyTable: () =>
          z
            .string()
            .regex(tableNamePattern, {
              error: 'must be a plain name such as "schema_migrations" or "public.schema_migrations"',
            })
            .describe(
              "Where the applied versions stand: version and applied_at. Default: schema_migrations.",
            ),
      }),
    })
    .describe("A Lambda that migrates on {} and lists what it applied.");

/** What `contract` may say: a preset's name, or an object where there is more to say. */
export const contract = (keys: Keys) =>
  z.union(keys.has("preset") ? [z.enum(contractNames), described(keys)] : [z.enum(contractNames)]).meta({
    id: "contract",
    description: "A contract: the name of a preset, or an object where there is more to say.",
  });

const described = (keys: Keys) =>
  z.discriminatedUnion("preset", [plain(), emptyEvent(keys), appliedList(keys), template(keys)]);

export type ContractConfig = z.output<ReturnType<typeof contract>>;

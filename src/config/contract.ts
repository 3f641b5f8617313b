import * as z from "zod";
import { contractNames, tableNamePattern } from "../contract/contract.js";
import { template } from "./contract-template.js";

const plain = z
  .strictObject({
    preset: z.enum(["migrate-remote", "admin-operation"]).describe("The same as its name alone."),
  })
  .describe("A preset that needs nothing besides its name.");

const emptyEvent = z
  .strictObject({
    preset: z.literal("empty-event").describe("A Lambda that migrates on any event."),
    payload: z
      .enum(["{}", "none"])
      .optional()
      .describe('What is sent: "{}" (default), or "none" for an invocation without payload.'),
  })
  .describe("A Lambda that migrates on any event and whose answer says at most that something failed.");

const appliedList = z
  .strictObject({
    preset: z
      .literal("applied-list")
      .describe("A Lambda that answers {success, migrations_applied, migrations_skipped}."),
    queryFunction: z
      .string()
      .min(1, { error: "must not be empty" })
      .max(300)
      .optional()
      .describe(
        'A second Lambda that takes {"sql": …} and answers {body: {rows}}: with it status works and a run is verified. Placeholders: {project}, {stage}, {region}.',
      ),
    historyTable: z
      .string()
      .regex(tableNamePattern, {
        error: 'must be a plain name such as "schema_migrations" or "public.schema_migrations"',
      })
      .optional()
      .describe("Where the applied versions stand: version and applied_at. Default: schema_migrations."),
  })
  .describe("A Lambda that migrates on {} and lists what it applied.");

/** What `contract` may say: a preset's name, or an object where there is more to say. */
export const contract = z
  .union([z.enum(contractNames), z.discriminatedUnion("preset", [plain, emptyEvent, appliedList, template])])
  .meta({
    id: "contract",
    description: "A contract: the name of a preset, or an object where there is more to say.",
  });

export type ContractConfig = z.output<typeof contract>;

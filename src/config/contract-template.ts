import * as z from "zod";
import { contractNames } from "../contract/contract.js";
import { ifThere, type Keys } from "../contract/if-there.js";
import { suggestion } from "../contract/near-miss.js";
import { once } from "../contract/once.js";
import { databaseStates } from "../contract/report.js";
import { placeholdersIn } from "../contract/template/placeholders.js";
import { parsePointer } from "../contract/template/pointer.js";

const pointer = once(() =>
  z
    .string()
    .max(1000)
    .refine((text) => parsePointer(text) !== undefined, {
      error: 'must be a JSON Pointer such as "/result/applied", or "" for the whole answer',
    }),
);

const condition = once(() =>
  z
    .strictObject({
      at: pointer().describe("JSON Pointer."),
      is: z.unknown().optional().describe("The value there is this, any JSON."),
      oneOf: z.array(z.unknown()).min(1).optional().describe("The value there is one of these."),
      exists: z.boolean().optional().describe("Something other than null is there, or not."),
    })
    .refine((said) => ["is", "oneOf", "exists"].filter((key) => Object.hasOwn(said, key)).length === 1, {
      error: "must have one of `is`, `oneOf` and `exists`",
    })
    .meta({ id: "condition", description: "What the value at a place is." }),
);

const conditions = once(() => z.union([condition(), z.array(condition()).min(1)]));

const text = once(() =>
  z.union([
    pointer(),
    z.strictObject({
      at: pointer().describe("JSON Pointer."),
      base64: z.boolean().optional().describe("The text is in base64."),
    }),
  ]),
);

const list = once(() =>
  z
    .union([
      pointer(),
      z.strictObject({
        at: pointer().describe("JSON Pointer to the list."),
        revision: pointer().optional().describe("From each item to its revision, where items are objects."),
        where: condition().optional().describe("Items for which this holds; its pointer is from each item."),
      }),
    ])
    .meta({
      id: "revisions",
      description: "Where names of revisions stand: a list of texts or of objects, or one text.",
    }),
);

const reading = once(() =>
  z
    .strictObject({
      success: conditions().describe("What success looks like: all of these. Without it nothing is success."),
      failure: conditions()
        .optional()
        .describe(
          "What failure looks like: any of these. Anyway failure: a function error, a status other than 2xx, false for true, another number.",
        ),
      error: pointer().optional().describe("What is not empty here is an error, and the run failed."),
      message: text().optional().describe("What explains a failure."),
      state: z
        .union([
          pointer(),
          z.strictObject({
            at: pointer().describe("JSON Pointer."),
            states: z.record(z.string(), z.enum(databaseStates)).describe("What the function's words mean."),
          }),
        ])
        .optional()
        .describe(`The state: ${databaseStates.join(", ")}. Without it a list of pending ones tells it.`),
      current: list().optional().describe("Current revisions."),
      head: list().optional().describe("Head revisions."),
      applied: list()
        .optional()
        .describe("In a run's answer: what it applied; in a status: what is applied."),
      pending: list().optional().describe("What is pending, in order."),
      skipped: list().optional().describe("What was applied before."),
      failed: list().optional().describe("What failed; a name there means failure."),
    })
    .meta({
      id: "reading",
      description:
        "Where the answer says what, by JSON Pointer (RFC 6901), once it is out of {statusCode, body}.",
    }),
);

const always = ["stage"];
const ofWriting = ["runId", "requestedBy"];

/** `sometimes`: placeholders that may have no value. */
function operation(describe: string, names: string[], sometimes: string[]) {
  return z
    .strictObject({
      send: z
        .unknown()
        .superRefine((payload, context) => {
          if (payload === undefined) context.addIssue({ code: "custom", message: "is missing" });
          for (const { path, message } of misplaced(payload, names, sometimes)) {
            context.addIssue({ code: "custom", path, message });
          }
        })
        .describe(
          `The payload, any JSON. Placeholders in its texts: ${[...names, ...sometimes].map((name) => `{${name}}`).join(", ")}; with {name|default}, or {name?} to leave the key out where there is none.`,
        ),
      read: reading(),
    })
    .describe(describe);
}

function* misplaced(payload: unknown, names: string[], sometimes: string[]) {
  for (const { name, path, alone, otherwise } of placeholdersIn(payload)) {
    const known = [...names, ...sometimes];
    if (!known.includes(name)) {
      const near = suggestion(name, known) || ` (known here: ${known.map((one) => `{${one}}`).join(", ")})`;
      yield { path, message: `unknown placeholder {${name}}${near}` };
    } else if (otherwise.kind === "omit" && (!alone || path.length === 0)) {
      yield { path, message: `{${name}?} leaves its key out, so it is the whole text of a key or an item` };
    } else if (otherwise.kind === "none" && sometimes.includes(name)) {
      yield { path, message: `there is not always a ${name}: say {${name}|what to send then} or {${name}?}` };
    }
  }
}

export const template = (keys: Keys) =>
  z
    .strictObject({
      preset: z.literal("template").describe("Described here."),
      ...ifThere(keys, {
        name: () =>
          z
            .string()
            .regex(/^[\w.-]{1,60}$/, { error: "may have letters, digits, '-', '_' and '.'" })
            .refine((name) => !contractNames.some((preset) => preset === name), {
              error: "is the name of a preset: choose another",
            })
            .describe('What results call it. Default: "template".'),
      }),
      run: operation(
        "What applies the migrations. Sent once, never again.",
        [...always, ...ofWriting, "fixHistory"],
        ["targetRevision"],
      ),
      ...ifThere(keys, {
        status: () =>
          operation(
            "What tells what is applied and pending. Only if the function provably does not migrate on it: it is sent without asking.",
            always,
            [],
          ),
        dryRun: () =>
          operation(
            "What tells what a run would apply. Only if the function provably does not migrate on it: it is sent without asking.",
            [...always, "fixHistory"],
            ["targetRevision"],
          ),
        fixHistory: () =>
          operation(
            "What repairs history without executing a migration.",
            [...always, ...ofWriting],
            ["revision"],
          ),
      }),
    })
    .describe("A Lambda that stays as it is: what it takes, and where its answers say what.");

export type TemplateConfig = z.output<ReturnType<typeof template>>;

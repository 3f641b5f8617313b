import * as z from "zod";
import { byKeys, ifThere, type Keys } from "../contract/if-there.js";
import { type LintRuleName, lintRuleNames, lintRules } from "../contract/lint-rules.js";
import { type RuleName, ruleNames, rules as ruleTable } from "../contract/rules.js";
import { account, endpoint, mfaSerial, profile, region, roleArn } from "./access-fields.js";
import { contract } from "./contract.js";
import { packaging } from "./package.js";
import { stageNamePattern } from "./stage-name.js";
import { text } from "./text.js";

const functionTemplate = () =>
  text(300).describe(
    "The migration Lambda: a name, name:alias, or an ARN. Placeholders: {project}, {stage}, {region}. Default: {project}-api-migrate-lambda-{stage}.",
  );

const ruleSwitch = (finds: string) => () => z.enum(["off", "on"]).describe(`${finds}.`);

const ruleSwitches = () =>
  Object.fromEntries([
    ...ruleNames.map((name) => [name, ruleSwitch(ruleTable[name][1])]),
    ...lintRuleNames.map((name) => [name, ruleSwitch(`lint: ${lintRules[name][1]}`)]),
  ]) as Record<RuleName | LintRuleName, ReturnType<typeof ruleSwitch>>;

const rules = (keys: Keys) =>
  z
    .strictObject(ifThere(keys, ruleSwitches()))
    .describe(
      'Rules of the plan\'s review and of `lint` by name: "off" silences one, "on" is for a stage where the top of the file says "off".',
    );

/** What the top of the file says for all stages and a stage may say for itself. */
const shared = (keys: Keys) =>
  ifThere(keys, {
    function: functionTemplate,
    contract: () =>
      contract(keys).describe(
        "The JSON that the migration Lambda takes and gives. There is no default: a Lambda that is asked in the wrong contract may answer by migrating.",
      ),
    region,
    profile,
    roleArn,
    mfaSerial,
    account,
    endpoint,
    rules: () => rules(keys),
    package: () => packaging(keys),
  });

const identifier = () => text(255).describe("RDS identifier. Placeholders: {project}, {stage}, {region}.");

const database = (keys: Keys) =>
  z
    .strictObject(ifThere(keys, { instance: identifier, cluster: identifier }))
    .meta({ oneOf: [{ required: ["instance"] }, { required: ["cluster"] }] })
    .describe(
      "What is snapshotted: an RDS instance, or a cluster for Aurora. One of the two. In a local stage: what its database is called. Default there: instance {project}-{stage}.",
    );

const age = () =>
  z.string().regex(/^[1-9]\d{0,5}[smhd]$/, { error: 'must be an age such as "30m", "12h" or "1d"' });

const snapshot = () =>
  z
    .union([
      z.enum(["required", "pointInTime", "none"]),
      z.strictObject({
        reuse: age().describe("A snapshot no older than this will do."),
      }),
      z.strictObject({ none: text().describe("Why no snapshot is taken. Kept with the run.") }),
    ])
    .describe(
      'The way back before a run: "required" (default where protected), {"reuse": "30m"}, "pointInTime" (the database\'s own recovery window), "none" (default elsewhere), or {"none": "reason"} where protected.',
    );

const local = (keys: Keys) =>
  z
    .strictObject({
      handler: text().describe(
        "The handler, path.export, relative to this file: `handler.handler` is `handler` in handler.js, handler.mjs, handler.ts or handler.py.",
      ),
      ...ifThere(keys, {
        queryHandler: () =>
          text().describe(
            "The handler of the contract's second, reading function (`queryFunction`), named in the same way; it has the same database.",
          ),
      }),
      database: z
        .union([
          z.literal("embedded"),
          z.string().refine(isPostgresUrl, {
            error: 'must be "embedded" or a URL that starts with postgresql://',
          }),
        ])
        .default("embedded")
        .describe('"embedded": a real PostgreSQL in .migrate-remote/. Or the URL of one that runs.'),
      timeout: z
        .int()
        .min(1)
        .max(900)
        .default(300)
        .describe("Seconds until the handler is stopped, as Lambda does."),
      memory: z.int().min(128).max(10_240).default(512).describe("Megabytes, as the handler is told."),
      environment: z
        .record(z.string().regex(/^[A-Za-z_]\w*$/), z.string().max(100_000))
        .default({})
        .describe("Environment variables of the handler."),
    })
    .describe("Runs the handler on this machine instead of AWS.");

const stage = (keys: Keys, ofAll: ReturnType<typeof shared>) =>
  z
    .strictObject({
      ...ofAll,
      ...ifThere(keys, {
        protected: () =>
          z
            .boolean()
            .describe(
              "Consent and a snapshot are asked for. Default: true for prod and production, else false.",
            ),
        confirmPhrase: () =>
          text(100).describe(
            "What is typed to consent to a run where protected. Default: migrate-production.",
          ),
        database: () => database(keys),
        snapshot,
        keepSnapshots: () =>
          age().describe(
            'How long a snapshot is kept: when it is older, `snapshot prune` may delete it. Default: "30d". Nothing is deleted by itself.',
          ),
        local: () => local(keys),
      }),
    })
    .describe("One deployment environment. What it does not say, the top of the file says.");

const create = () =>
  z
    .strictObject({
      command: z
        .array(text().describe("One word, as the program gets it."))
        .min(1)
        .max(50)
        .describe(
          'Program and arguments, without a shell. "{message}" stands for the message; without it the message comes last. Such as ["docker", "compose", "exec", "-T", "back", "alembic", "revision", "--autogenerate", "-m", "{message}"].',
        ),
    })
    .describe("How `create` makes a migration, where the project's own tool cannot simply be run here.");

/** The shape of `.migraterc.json`; what no shape can say is in `consistency.ts`. */
export const configSchema = byKeys((keys) => {
  const ofAll = shared(keys);
  return z
    .strictObject({
      ...ifThere(keys, {
        $schema: () => z.string().describe("Where an editor finds this schema."),
        project: () =>
          z
            .string()
            .regex(/^[\w.-]{1,100}$/, { error: "may have letters, digits, '-', '_' and '.'" })
            .describe("Stands for {project} in templates."),
      }),
      ...ofAll,
      ...ifThere(keys, {
        create,
        defaultStage: () =>
          text(64).describe("The stage when neither --stage nor MIGRATE_REMOTE_STAGE says one."),
      }),
      stages: z
        .record(
          z.string().regex(stageNamePattern, {
            error: "a stage's name has letters, digits, '-' and '_', at most 64",
          }),
          stage(keys, ofAll),
        )
        .refine((stages) => Object.keys(stages).length > 0, {
          error: 'names no stage; add one, such as "dev": {}',
        })
        .meta({ minProperties: 1 })
        .describe("The stages by name."),
    })
    .meta({ title: ".migraterc.json", description: "Configuration of migrate-remote." });
});

/** A parsed `.migraterc.json`, defaults of `local` filled in. */
export type Config = z.output<ReturnType<typeof configSchema.whole>>;

/** One stage as the file says it. */
export type StageConfig = z.output<ReturnType<typeof stage>>;

/** What `snapshot` may say. */
export type SnapshotConfig = z.output<ReturnType<typeof snapshot>>;

/** What `local` says, defaults filled in. Seconds and megabytes. A `database` URL may hold a password: not for output. */
export type LocalConfig = z.output<ReturnType<typeof local>>;

function isPostgresUrl(value: string): boolean {
  return /^postgres(ql)?:\/\//.test(value) && URL.canParse(value);
}

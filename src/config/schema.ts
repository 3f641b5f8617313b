import * as z from "zod";
import { type LintRuleName, lintRuleNames, lintRules } from "../contract/lint-rules.js";
import { type RuleName, ruleNames, rules as ruleTable } from "../contract/rules.js";
import { contract } from "./contract.js";
import { packaging } from "./package.js";
import { stageNamePattern } from "./stage-name.js";

const text = (most = 1000) =>
  z
    .string()
    .min(1, { error: "must not be empty" })
    .max(most, { error: `is longer than ${most} characters` });

const functionTemplate = text(300).describe(
  "The migration Lambda: a name, name:alias, or an ARN. Placeholders: {project}, {stage}, {region}. Default: {project}-api-migrate-lambda-{stage}.",
);

/** Wide enough for partitions to come: us-west-2, us-gov-west-1, us-isob-east-1, eusc-de-east-1. */
export const regionPattern = /^[a-z]{2,6}(-[a-z]{2,12}){1,3}-\d{1,2}$/;

const region = z
  .string()
  .regex(regionPattern, { error: 'is not an AWS region, such as "us-west-2"' })
  .describe("AWS region. --region and AWS_REGION come before it. Without any, the profile's own.");

const profile = text(200).describe(
  "Profile of ~/.aws/config. --profile and credentials in the environment (AWS_PROFILE, AWS_ACCESS_KEY_ID, …) come before it, so set `account` too. Placeholders: {project}, {stage}.",
);

const roleArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/, {
    error: 'is not the ARN of a role, such as "arn:aws:iam::123456789012:role/migrate"',
  })
  .describe("Role to assume with the credentials found, before anything else is asked of AWS.");

const mfaSerial = z
  .string()
  .regex(/^[\w+=/:,.@-]{9,256}$/, {
    error: 'is not an MFA device, such as "arn:aws:iam::123456789012:mfa/alice"',
  })
  .describe("MFA device whose code assuming the role asks for; the code is asked on the terminal.");

const account = z
  .string({ error: 'must be a string of 12 digits, in quotes: "123456789012"' })
  .regex(/^\d{12}$/, { error: 'must be 12 digits in quotes: "123456789012"' })
  .describe("The AWS account this must be. Checked with STS before anything is written.");

const endpoint = z
  .string()
  .refine(isPlainHttpUrl, {
    error: 'must be an http:// or https:// URL without credentials, such as "http://localhost:4566"',
  })
  .meta({ format: "uri", pattern: "^https?://" })
  .describe(
    "One address that serves every AWS service used here. For a single service set AWS_ENDPOINT_URL_LAMBDA and its kind in the environment instead.",
  );

const ruleSwitch = (finds: string) => z.enum(["off", "on"]).describe(`${finds}.`).optional();

const rules = z
  .strictObject(
    Object.fromEntries([
      ...ruleNames.map((name) => [name, ruleSwitch(ruleTable[name][1])]),
      ...lintRuleNames.map((name) => [name, ruleSwitch(`lint: ${lintRules[name][1]}`)]),
    ]) as Record<RuleName | LintRuleName, z.ZodOptional<z.ZodEnum<{ off: "off"; on: "on" }>>>,
  )
  .describe(
    'Rules of the plan\'s review and of `lint` by name: "off" silences one, "on" is for a stage where the top of the file says "off".',
  );

/** What the top of the file says for all stages and a stage may say for itself. */
const shared = {
  function: functionTemplate.optional(),
  contract: contract
    .optional()
    .describe(
      "The JSON that the migration Lambda takes and gives. There is no default: a Lambda that is asked in the wrong contract may answer by migrating.",
    ),
  region: region.optional(),
  profile: profile.optional(),
  roleArn: roleArn.optional(),
  mfaSerial: mfaSerial.optional(),
  account: account.optional(),
  endpoint: endpoint.optional(),
  rules: rules.optional(),
  package: packaging.optional(),
};

const identifier = text(255).describe("RDS identifier. Placeholders: {project}, {stage}, {region}.");

const database = z
  .strictObject({ instance: identifier.optional(), cluster: identifier.optional() })
  .meta({ oneOf: [{ required: ["instance"] }, { required: ["cluster"] }] })
  .describe(
    "What is snapshotted: an RDS instance, or a cluster for Aurora. One of the two. In a local stage: what its database is called. Default there: instance {project}-{stage}.",
  );

const age = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, { error: 'must be an age such as "30m", "12h" or "1d"' });

const snapshot = z
  .union([
    z.enum(["required", "pointInTime", "none"]),
    z.strictObject({
      reuse: age.describe("A snapshot no older than this will do."),
    }),
    z.strictObject({ none: text().describe("Why no snapshot is taken. Kept with the run.") }),
  ])
  .describe(
    'The way back before a run: "required" (default where protected), {"reuse": "30m"}, "pointInTime" (the database\'s own recovery window), "none" (default elsewhere), or {"none": "reason"} where protected.',
  );

const local = z
  .strictObject({
    handler: text().describe(
      "The handler, path.export, relative to this file: `handler.handler` is `handler` in handler.js, handler.mjs, handler.ts or handler.py.",
    ),
    queryHandler: text()
      .optional()
      .describe(
        "The handler of the contract's second, reading function (`queryFunction`), named in the same way; it has the same database.",
      ),
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

const stage = z
  .strictObject({
    ...shared,
    protected: z
      .boolean()
      .optional()
      .describe("Consent and a snapshot are asked for. Default: true for prod and production, else false."),
    confirmPhrase: text(100)
      .optional()
      .describe("What is typed to consent to a run where protected. Default: migrate-production."),
    database: database.optional(),
    snapshot: snapshot.optional(),
    keepSnapshots: age
      .optional()
      .describe(
        'How long a snapshot is kept: when it is older, `snapshot prune` may delete it. Default: "30d". Nothing is deleted by itself.',
      ),
    local: local.optional(),
  })
  .describe("One deployment environment. What it does not say, the top of the file says.");

/** The shape of `.migraterc.json`; what no shape can say is in `consistency.ts`. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe("Where an editor finds this schema."),
    project: z
      .string()
      .regex(/^[\w.-]{1,100}$/, { error: "may have letters, digits, '-', '_' and '.'" })
      .optional()
      .describe("Stands for {project} in templates."),
    ...shared,
    create: z
      .strictObject({
        command: z
          .array(text().describe("One word, as the program gets it."))
          .min(1)
          .max(50)
          .describe(
            'Program and arguments, without a shell. "{message}" stands for the message; without it the message comes last. Such as ["docker", "compose", "exec", "-T", "back", "alembic", "revision", "--autogenerate", "-m", "{message}"].',
          ),
      })
      .optional()
      .describe("How `create` makes a migration, where the project's own tool cannot simply be run here."),
    defaultStage: text(64)
      .optional()
      .describe("The stage when neither --stage nor MIGRATE_REMOTE_STAGE says one."),
    stages: z
      .record(
        z.string().regex(stageNamePattern, {
          error: "a stage's name has letters, digits, '-' and '_', at most 64",
        }),
        stage,
      )
      .refine((stages) => Object.keys(stages).length > 0, {
        error: 'names no stage; add one, such as "dev": {}',
      })
      .meta({ minProperties: 1 })
      .describe("The stages by name."),
  })
  .meta({ title: ".migraterc.json", description: "Configuration of migrate-remote." });

/** A parsed `.migraterc.json`, defaults of `local` filled in. */
export type Config = z.output<typeof configSchema>;

/** One stage as the file says it. */
export type StageConfig = z.output<typeof stage>;

/** What `snapshot` may say. */
export type SnapshotConfig = z.output<typeof snapshot>;

/** What `local` says, defaults filled in. Seconds and megabytes. A `database` URL may hold a password: not for output. */
export type LocalConfig = z.output<typeof local>;

function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}

function isPlainHttpUrl(value: string): boolean {
  const url = parseUrl(value);
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.hostname !== "" &&
    url.username + url.password === ""
  );
}

function isPostgresUrl(value: string): boolean {
  return /^postgres(ql)?:\/\//.test(value) && parseUrl(value) !== undefined;
}

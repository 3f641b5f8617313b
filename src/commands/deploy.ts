import { access, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { PackageConfig } from "../config/package.js";
import type { Target } from "../config/target.js";
import { nameOf } from "../contract/contract.js";
import { Failure, saying } from "../contract/failure.js";
import { redact } from "../contract/redact.js";
import { type Package, packHandler } from "../project/package/pack.js";
import { readmePath } from "../scaffold/handler/readme.js";
import { deployHandler } from "../workflow/deploy/deploy.js";
import { packageFacts } from "../workflow/deploy/package-facts.js";
import { refuseFixedVersion } from "../workflow/deploy/publish.js";
import type { DeployResult } from "../workflow/results/deploy.js";
import { usage } from "./option-values.js";
import { repositoryHeads } from "./repository-heads.js";

export const options = z.object({
  dryRun: z.boolean().default(false),
  out: z.string().min(1).optional(),
  publish: z.boolean().default(false),
  build: z.boolean().default(true),
  confirm: z.union([z.boolean(), z.string()]).optional(),
});

type Options = z.output<typeof options>;

export async function run(context: Context, input: Options): Promise<DeployResult> {
  const { target, path } = await context.resolveStage();
  const folder = dirname(path);
  const wanted = deployable(target);
  const pack = () => packed(context, wanted, folder, input);
  if (input.out !== undefined) return writePackage(context, target, pack, input.out);
  const { dryRun, publish, confirm } = input;
  const deploying = context.withStage((stage) =>
    deployHandler(stage, {
      dryRun,
      publish,
      pack,
      repositoryHeads: () => repositoryHeads(folder, wanted),
      ...(confirm === undefined ? {} : { confirm }),
    }),
  );
  return deploying.catch(async (error) => {
    throw await withWayToCreate(error, folder);
  });
}

/** Where there is no function yet, the page that `init` wrote beside the handler says how it is made. */
async function withWayToCreate(error: unknown, folder: string): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== "function_not_found") return error;
  const isThere = await access(join(folder, readmePath)).then(
    () => true,
    () => false,
  );
  const page = isThere ? `${readmePath} says how to make one` : "make one with your infrastructure's tool";
  return saying(
    error,
    "deploy updates a function, and creates none.",
    `If there is none yet, ${page}. ${error.hint ?? ""}`.trim(),
  );
}

/** What the stage says of its package; refused where there is nothing to deploy, before anything is started for it. */
function deployable(target: Target): PackageConfig {
  const { stage } = target;
  if (target.local !== undefined) {
    throw usage(
      `Stage ${stage} is local: it runs the handler's files as they are, so there is nothing to deploy.`,
      `Try it: migrate-remote status --stage ${stage}`,
    );
  }
  refuseFixedVersion({ target });
  if (target.package !== undefined) return target.package;
  throw usage(
    `What to deploy is not said: neither stage ${stage} nor the top of .migraterc.json has \`package\`. Nothing was sent.`,
    'Name the folder with the handler: "package": { "directory": "lambda/migrate" }',
  );
}

function packed(
  { emit, host, signal }: Context,
  wanted: PackageConfig,
  folder: string,
  { build, out }: Options,
): Promise<Package> {
  const onLine = (message: string) => emit({ type: "note", message: `  ${message}` });
  return packHandler(
    wanted,
    { folder, env: host.env, signal, onLine },
    {
      build,
      ...(out === undefined ? {} : { except: resolve(host.cwd, out) }),
      onBuild: (command) => emit({ type: "note", message: `$ ${redact(command)}` }),
      onPack: (files) => emit({ type: "waiting", message: `Packing ${files} files` }),
    },
  );
}

/** `--out`: nobody is asked anything, and nothing is sent. */
async function writePackage(
  { host }: Context,
  target: Target,
  pack: () => Promise<Package>,
  path: string,
): Promise<DeployResult> {
  const began = host.now().getTime();
  const made = await pack();
  const packageFile = resolve(host.cwd, path);
  try {
    await writeFile(packageFile, made.zip);
  } catch (cause) {
    throw new Failure("package_not_written", `The zip could not be written to ${packageFile}.`, {
      category: "error",
      hint: "Name a file in a folder that exists and that you may write.",
      cause,
    });
  }
  return {
    command: "deploy",
    stage: target.stage,
    function: target.functionName,
    contract: nameOf(target.contract),
    protected: target.protected,
    ...(target.region === undefined ? {} : { region: target.region }),
    outcome: "planned",
    ...packageFacts(made),
    files: made.files,
    packageFile,
    durationMs: host.now().getTime() - began,
  };
}

import { Failure } from "../../contract/failure.js";
import { isSwitchedOn } from "../../contract/switch.js";
import type { Package } from "../../project/package/pack.js";
import type { CodeState } from "../../remote/deployed-code.js";
import { type Confirm, checkPhrase, expectConsent, obtainConsent } from "../consent.js";
import type { WorkflowEvent } from "../events.js";
import type { DeployResult } from "../results/deploy.js";
import { checkAccount, checkAutoMigrate, type StageContext, targetSummary } from "../stage-context.js";
import { type CheckedHeads, checkHeads, type RepositoryHeads } from "./check-heads.js";
import { missingHandlerFile } from "./handler-file.js";
import { packageFacts, sizes, tooLarge } from "./package-facts.js";
import { aliasOf, publishVersion } from "./publish.js";
import { sendCode } from "./send-code.js";
import { expectSuccessful, settled } from "./settle.js";
import { warnRunAtWork } from "./warn-run-at-work.js";

export interface DeployRequest {
  /** Says what would be done, and sends nothing that writes. */
  dryRun: boolean;
  /** Makes a version even where the stage names no alias. */
  publish: boolean;
  confirm?: Confirm;
  /** Builds and packs; done once everything else that can be refused has been. */
  pack: () => Promise<Package>;
  repositoryHeads: () => Promise<RepositoryHeads>;
}

/** pack → consent → send once → wait → publish → check. Data is not touched, so there is no snapshot. */
export async function deployHandler(context: StageContext, request: DeployRequest): Promise<DeployResult> {
  const began = context.now().getTime();
  checkPhrase(context, request.confirm);
  const seen = await settled(context);
  refuseImage(context, seen);
  const alias = aliasOf(context);
  const aliased = alias === undefined ? undefined : await context.code.read(alias);
  if (!request.dryRun) {
    // New code starts cold, and then it would migrate by itself.
    checkAutoMigrate(context, { configuration: seen });
    await checkAccount(context);
    expectConsent(context, request.confirm);
  }

  const repository = await request.repositoryHeads();
  const packed = await request.pack();
  warnOfMissingHandler(context, seen, packed);
  // What failed to come into service is there by its hash, and is not what runs.
  const hasFailed = seen.lastUpdate === "Failed";
  const inService = aliased === undefined && hasFailed ? undefined : (aliased ?? seen).codeSha256;
  const base = {
    command: "deploy" as const,
    ...targetSummary(context),
    ...packageFacts(packed),
    ...(inService === undefined ? {} : { codeSha256Before: inService }),
  };
  const finish = (end: Pick<DeployResult, "outcome"> & Partial<DeployResult>): DeployResult => ({
    ...base,
    ...end,
    durationMs: context.now().getTime() - began,
  });
  const isNew = hasFailed || seen.codeSha256 !== packed.codeSha256;
  const oversize = isNew ? tooLarge(context, packed) : undefined;
  if (request.dryRun) {
    if (oversize !== undefined) context.emit(warningOf(oversize));
    return finish({ outcome: "planned", files: packed.files });
  }
  if (oversize !== undefined) throw oversize;
  const isAliasBehind = alias !== undefined && aliased?.codeSha256 !== packed.codeSha256;
  const publishes = request.publish || isAliasBehind || (isNew && alias !== undefined);
  let published = {};
  if (isNew || publishes) {
    const before = isNew ? await beforeSending(context, seen, aliased ?? seen) : seen;
    context.emit({ type: "note", message: announcement(context, packed, { isNew, publishes }) });
    const act = isNew ? "deploy this code" : "publish a version of the code that is deployed";
    const consent = await obtainConsent(context, request.confirm, act);
    if (isNew) {
      await sendCode(context, consent, packed, before);
      expectSuccessful(await settled(context), context);
    }
    if (publishes) published = await publishVersion(context, consent, packed.codeSha256);
  }
  const outcome = isNew || isAliasBehind ? "deployed" : "unchanged";
  return finish({
    outcome,
    ...published,
    ...(await checked(context, publishes ? seen : (aliased ?? seen), repository)),
  });
}

/** A read may wake a function that was long unused, and that changes its revision id: so it is read again afterwards. */
async function beforeSending(context: StageContext, seen: CodeState, invoked: CodeState): Promise<CodeState> {
  if (!isSwitchedOn(invoked.environment.AUTO_MIGRATE)) await warnRunAtWork(context);
  const now = await settled(context);
  if (now.codeSha256 === seen.codeSha256) return now;
  throw new Failure(
    "code_changed",
    `Somebody else deployed ${context.target.functionName} meanwhile. Nothing was deployed.`,
    { category: "refused", hint: "See who deploys besides you, then deploy again." },
  );
}

function warningOf({ code, message, hint }: Failure): WorkflowEvent {
  return { type: "warning", code, message, ...(hint === undefined ? {} : { hint }) };
}

async function checked(
  context: StageContext,
  { environment }: CodeState,
  repository: RepositoryHeads,
): Promise<CheckedHeads> {
  if (!isSwitchedOn(environment?.AUTO_MIGRATE)) return checkHeads(context, repository);
  const reason = "AUTO_MIGRATE is on, so asking may migrate";
  return {
    head: {
      verdict: "unknown",
      deployed: [],
      repository: "heads" in repository ? repository.heads : [],
      reason,
    },
  };
}

function announcement(
  context: StageContext,
  packed: Package,
  { isNew, publishes }: { isNew: boolean; publishes: boolean },
): string {
  const { functionName } = context.target;
  const alias = aliasOf(context);
  const version = `a version of ${functionName} is published${alias === undefined ? "" : `, and alias ${alias} moved to it`}`;
  if (!isNew) return `${functionName} has this code; ${version}.`;
  return `New code for ${functionName}: ${sizes(packed)}.${publishes ? ` Then ${version}.` : ""}`;
}

function refuseImage({ target }: StageContext, { isZip }: CodeState): void {
  if (isZip) return;
  const { functionName: name, region } = target;
  throw new Failure(
    "function_is_image",
    `${name} is a container image, and deploy sends zips. Nothing was sent.`,
    {
      category: "usage",
      hint: `Build and push the image, then:\n  aws lambda update-function-code --function-name ${name} --image-uri IMAGE-URI${region === undefined ? "" : ` --region ${region}`}\nWhether its migrations are the repository's is checked by migrate-remote run --stage ${target.stage} --require-head`,
    },
  );
}

function warnOfMissingHandler({ emit, target }: StageContext, seen: CodeState, { files }: Package): void {
  const paths = files.map(({ path }) => path);
  const missing = missingHandlerFile(seen, paths);
  if (missing === undefined) return;
  emit({
    type: "warning",
    code: "handler_file_missing",
    message: `The package has no ${missing}, and ${target.functionName} has the handler ${seen.handler}: Lambda would not find it.`,
    hint: "Check `package.directory` and `package.include`, or the function's handler.",
  });
}

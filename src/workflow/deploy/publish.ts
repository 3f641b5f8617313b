import { Failure, saying } from "../../contract/failure.js";
import type { Consent } from "../consent.js";
import type { StageContext } from "../stage-context.js";
import { expectSuccessful, settled } from "./settle.js";

/** Makes a version of the code that stands in `$LATEST` now, and lets the stage's alias point to it. */
export async function publishVersion(
  context: StageContext,
  _consent: Consent,
  codeSha256: string,
): Promise<{ version: string; alias?: string }> {
  try {
    return await publish(context, codeSha256);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { functionName, stage } = context.target;
    const alias = aliasOf(context);
    const still =
      alias === undefined
        ? ""
        : `; through alias ${alias} stage ${stage} may still have the code from before`;
    throw saying(
      error,
      `${functionName} itself has this code${still}.`,
      `${error.hint ?? ""}\nThen go on from here: migrate-remote deploy --stage ${stage}${alias === undefined ? " --publish" : ""}`.trim(),
    );
  }
}

async function publish(
  context: StageContext,
  codeSha256: string,
): Promise<{ version: string; alias?: string }> {
  const { code, emit, target } = context;
  emit({ type: "waiting", message: `Publishing a version of ${target.functionName}` });
  const { version } = await code.publish(codeSha256);
  // Not all of them can be invoked at once.
  expectSuccessful(await settled(context, version), context);
  const alias = aliasOf(context);
  if (alias === undefined) return { version };
  emit({ type: "waiting", message: `Pointing alias ${alias} to version ${version}` });
  await code.pointAlias(alias, version);
  return { version, alias };
}

/** The alias by which the stage names its function: what it invokes is what that points to. */
export function aliasOf({ target: { qualifier } }: Pick<StageContext, "target">): string | undefined {
  return qualifier === "$LATEST" ? undefined : qualifier;
}

/** A stage that names one version invokes that version for ever. */
export function refuseFixedVersion({ target }: Pick<StageContext, "target">): void {
  const { stage, qualifier, functionName } = target;
  if (qualifier === undefined || !/^\d+$/.test(qualifier)) return;
  throw new Failure(
    "fixed_version",
    `Stage ${stage} invokes version ${qualifier} of ${functionName}, whose code never changes. Nothing was sent.`,
    {
      category: "usage",
      hint: `Name an alias in \`function\` of .migraterc.json, such as ${functionName}:live: deploying moves it.`,
    },
  );
}

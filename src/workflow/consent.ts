import { Failure } from "../contract/failure.js";
import type { StageContext } from "./stage-context.js";

/** `--confirm` as given: absent, bare, or with the phrase. */
export type Confirm = boolean | string | undefined;

/**
 * Nothing is written on a protected stage without consent: `--confirm`, or the phrase typed on a terminal. Never a hang, never an
 * automatic yes.
 */
export async function obtainConsent(context: StageContext, confirm: Confirm, act: string): Promise<void> {
  const { stage, confirmPhrase: phrase, protected: isProtected } = context.target;
  if (typeof confirm === "string" && confirm !== phrase) {
    throw refused(
      "wrong_phrase",
      `--confirm has the wrong phrase for stage ${stage}.`,
      `The phrase is: ${phrase}`,
    );
  }
  if (!isProtected || (confirm !== undefined && confirm !== false)) return;
  if (context.askPhrase === undefined) {
    throw refused(
      "no_consent",
      `Stage ${stage} is protected, and there is no terminal to ask on.`,
      `Give your consent with --confirm (or --confirm=${phrase}).`,
    );
  }
  const typed = await context.askPhrase(`To ${act} on stage ${stage}, type ${phrase}`);
  if (typed.trim() !== phrase) {
    throw refused("wrong_phrase", "That is not the phrase.", `The phrase is: ${phrase}`);
  }
}

function refused(code: string, message: string, hint: string): Failure {
  return new Failure(code, `${message} Nothing was changed.`, { category: "refused", hint });
}

/** Snapshots are not built yet; a stage whose policy wants one is refused rather than migrated without. */
export function refuseWithoutSnapshot({ target }: StageContext): void {
  if (target.snapshot.kind === "none") return;
  throw refused(
    "snapshot_unavailable",
    `Stage ${target.stage} wants an RDS snapshot before a run, and this version cannot take one yet.`,
    `Take one by hand and set "snapshot": { "none": "why" } for this stage, if you mean to go on.`,
  );
}

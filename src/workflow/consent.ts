import { Failure } from "../contract/failure.js";
import type { StageContext } from "./stage-context.js";

/** `--confirm` as given: absent, bare, or with the phrase. */
export type Confirm = boolean | string | undefined;

const consented = Symbol("consented");

/** Somebody who may has said yes, or nobody has to: the stage is not protected. Only this file makes one. */
export interface Consent {
  readonly [consented]: true;
}

/**
 * Nothing is written on a protected stage without consent: `--confirm`, or the phrase typed on a terminal. Never a hang, never an
 * automatic yes.
 */
export async function obtainConsent(context: StageContext, confirm: Confirm, act: string): Promise<Consent> {
  const { stage, confirmPhrase: phrase } = context.target;
  if (isGiven(context, confirm)) return { [consented]: true };
  if (context.askPhrase === undefined) throw noTerminal(context, false);
  const typed = await context.askPhrase(`To ${act} on stage ${stage}, type ${phrase}`);
  if (typed.trim() !== phrase) {
    throw refused("wrong_phrase", "That is not the phrase.", `The phrase is: ${phrase}`);
  }
  return { [consented]: true };
}

/** Whether nobody has to be asked any more. */
function isGiven({ target }: StageContext, confirm: Confirm): boolean {
  const { stage, confirmPhrase: phrase, protected: isProtected } = target;
  if (typeof confirm === "string" && confirm !== phrase) {
    throw refused(
      "wrong_phrase",
      `--confirm has the wrong phrase for stage ${stage}.`,
      `The phrase is: ${phrase}`,
    );
  }
  return !isProtected || (confirm !== undefined && confirm !== false);
}

/**
 * Ends at once where consent cannot come: nobody is there to type the phrase. Before anything takes time.
 * `destroys`: it will take --allow-destructive as well, which is said with it; a pipeline is not to go red twice.
 */
export function expectConsent(
  context: StageContext,
  confirm: Confirm,
  { destroys }: { destroys: boolean } = { destroys: false },
): void {
  if (isGiven(context, confirm) || context.askPhrase !== undefined) return;
  throw noTerminal(context, destroys);
}

/** A wrong phrase on the command line is known before anything is sent. */
export function checkPhrase(context: StageContext, confirm: Confirm): void {
  isGiven(context, confirm);
}

function noTerminal({ target: { stage, confirmPhrase } }: StageContext, destroys: boolean): Failure {
  const also = destroys ? " What may destroy data takes --allow-destructive as well." : "";
  return refused(
    "no_consent",
    `Stage ${stage} is protected, and there is no terminal to ask on.`,
    `Give your consent with --confirm (or --confirm=${confirmPhrase}).${also}`,
  );
}

function refused(code: string, message: string, hint: string): Failure {
  return new Failure(code, `${message} Nothing was changed.`, { category: "refused", hint });
}

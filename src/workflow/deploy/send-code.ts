import { Failure, saying } from "../../contract/failure.js";
import type { Package } from "../../project/package/pack.js";
import type { CodeState } from "../../remote/deployed-code.js";
import type { Consent } from "../consent.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import { settled } from "./settle.js";

const attempts = 3;

/**
 * Replaces the code that was seen (`before`), and no other: Lambda compares the revision id, so a second deployment at the same time is
 * refused, and a request whose answer was lost can be looked after and sent again without doing anything twice.
 */
export async function sendCode(
  context: StageContext,
  _consent: Consent,
  { zip, codeSha256 }: Package,
  before: CodeState,
): Promise<void> {
  const { code, emit, signal, target } = context;
  let current = before;
  for (let attempt = 1; ; attempt += 1) {
    try {
      emit({ type: "deploying", functionName: target.functionName, codeSha256 });
      const taken = await code.update(zip, current);
      if (taken.codeSha256 !== undefined && taken.codeSha256 !== codeSha256) throw otherBytes(context);
      return;
    } catch (error) {
      if (!(error instanceof Failure) || !isToBeLookedAfter(error)) throw error;
      const isBasis = error.code === "function_changed";
      signal.throwIfAborted();
      if (error.code === "throttled" || error.code === "function_not_ready")
        await delay(attempt * 1_000, signal);
      current = await lookedAfter(context, error);
      if (current.codeSha256 === codeSha256) return;
      if (current.codeSha256 !== before.codeSha256) throw deployedByOthers(context, current);
      const isSafe = current.revisionId !== undefined;
      if (!isSafe || attempt === attempts) throw isBasis ? stillChanging(error) : notArrived(error);
    }
  }
}

/** What leaves open whether the code has arrived, or may be overcome by sending it again. */
function isToBeLookedAfter({ code }: Failure): boolean {
  return ["network", "service_error", "throttled", "function_changed", "function_not_ready"].includes(code);
}

async function lookedAfter(context: StageContext, error: Failure): Promise<CodeState> {
  try {
    return await settled(context);
  } catch (unread) {
    if (!(unread instanceof Failure)) throw unread;
    throw saying(
      error,
      "What the function has now could not be read either.",
      `Deploy again; it looks first, and the same code is not sent twice: migrate-remote deploy --stage ${context.target.stage}`,
    );
  }
}

function deployedByOthers({ target }: StageContext, { codeSha256 }: CodeState): Failure {
  return new Failure(
    "code_changed",
    `Somebody else deployed ${target.functionName} meanwhile: it has code ${codeSha256 ?? "that is unknown"} now. Nothing of this deployment is in service.`,
    { category: "refused", hint: "See who deploys besides you. To deploy yours over theirs, deploy again." },
  );
}

function notArrived(error: Failure): Failure {
  return saying(error, "The function still has the code from before.");
}

function stillChanging(error: Failure): Failure {
  return saying(error, "It is being changed again and again; it still has the code from before.");
}

function otherBytes({ target }: StageContext): Failure {
  return new Failure(
    "code_differs",
    `${target.functionName} has other code now than what was sent: something between here and Lambda changes it.`,
    { category: "error", hint: "Check `endpoint` in .migraterc.json, and any proxy in between." },
  );
}

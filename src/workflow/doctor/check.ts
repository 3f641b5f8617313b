import type { Unread } from "../../remote/inspect/reading.js";
import { type Check, type CheckCode, type CheckLevel, groupOfCheck } from "../results/doctor.js";

/** Says what came of one check. */
export interface Verdicts {
  ok(message: string): Check;
  warning(message: string, fix: string): Check;
  failed(message: string, fix: string): Check;
  unknown(message: string, fix?: string): Check;
  skipped(message: string): Check;
  /** `what`: begins a sentence, `The function's retries`. */
  unread(what: string, why: Unread): Check;
}

export function check(code: CheckCode): Verdicts {
  const at = (level: CheckLevel) => (message: string, fix?: string) => ({
    group: groupOfCheck[code],
    code,
    level,
    message,
    ...(fix === undefined ? {} : { fix }),
  });
  return {
    ok: at("ok"),
    warning: at("warning"),
    failed: at("failed"),
    unknown: at("unknown"),
    skipped: at("skipped"),
    unread: (what, why) => unread(at("unknown"), what, why),
  };
}

/** Stands for all that an earlier check has ended. */
export function skipped(why: string): Check {
  return check("remaining_checks").skipped(`All further checks were left out: ${why}.`);
}

/** What may not be read is no fault of what was to be read. */
function unread(
  unknown: (message: string, fix?: string) => Check,
  what: string,
  { code, action, message, hint }: Unread,
): Check {
  if (code !== "access_denied") return unknown(`${what} could not be read. ${message}`, hint);
  return {
    ...unknown(`${what} may not be read: these credentials lack ${action}.`, `Allow ${action} to them.`),
    missingPermission: action,
  };
}

import type { ErrorCode } from "../../../contract/errors.js";
import { boundedText } from "../../database-error.js";
import { type Refusal, refusal } from "../../refusal.js";

interface Meaning {
  code: ErrorCode;
  hint: string;
}

const again = "See what the database has now: migrate-remote status. Then run again.";
const unreachable: Meaning = {
  code: "database_unreachable",
  hint: "Try again when it is up: migrate-remote status",
};

/** Prisma's codes that its engine may answer here, as what they mean to a person. */
const meanings: Record<string, Meaning> = {
  P1001: unreachable,
  P1002: unreachable,
  P1008: unreachable,
  P1017: unreachable,
  P1000: {
    code: "database_authentication_failed",
    hint: "Check the user and the password of the database that the function is given; a local stage's is its `local.database`.",
  },
  P1003: {
    code: "database_not_found",
    hint: "Check the name of the database that the function is given; a local stage's is its `local.database`.",
  },
  P1010: { code: "permission_denied", hint: "Grant the function's user what is missing." },
  P3005: {
    code: "history_missing",
    hint: "Say which revision it has: migrate-remote fix-history --revision REV. Or let it be found out: migrate-remote run --fix-history",
  },
  P3008: { code: "inconsistent_history", hint: again },
  P3009: {
    code: "inconsistent_history",
    hint: "Let it be found out what stands of it, and repair history: migrate-remote fix-history. Then run again.",
  },
  P3011: { code: "inconsistent_history", hint: again },
  P3012: { code: "inconsistent_history", hint: again },
  P3017: { code: "unknown_revision", hint: "See what the function has: migrate-remote status" },
  P3019: {
    code: "configuration_error",
    hint: "The provider in migration_lock.toml has to be postgresql.",
  },
};

/** What the engine said, where it is one of its errors for people; undefined where it is anything else. */
export function engineRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as Error & { code?: unknown }).code;
  if (typeof code !== "string" || !/^P\d{4}$/.test(code)) return undefined;
  const { code: ours, hint } = meanings[code] ?? {
    code: "internal_error",
    hint: "Look at the function's logs: migrate-remote logs --last",
  };
  return refusal(ours, `Prisma's engine refused (${code}): ${withoutTrace(error.message)}`, { hint });
}

/** Below its message the engine tells where in its own source it was. */
function withoutTrace(message: string): string {
  const [said = ""] = message.split(/\n\s+0: /);
  return boundedText(said.trim(), 2000);
}

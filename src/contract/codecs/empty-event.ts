import type { Said } from "../answer.js";
import type { Codec } from "../codec.js";
import type { EmptyEventContract } from "../contract.js";
import type { Operation } from "../operations.js";
import type { Report } from "../report.js";
import { anyFailure } from "../signs.js";
import { onlyOurs, ourHandler } from "./unsupported.js";

const migratesAtOnce = "The function migrates on any event, so nothing that only reads can be asked.";

/**
 * A Lambda that migrates on any event (documents 000 and 004). What it answers nobody fixed: null, a text, `{statusCode, body}`. It is taken
 * for success when the function returned and nothing in its answer speaks of failure; what may speak of failure is neither.
 * Which migrations were applied it never tells.
 */
export function emptyEvent({ payload }: EmptyEventContract): Codec {
  const targets = `It always migrates to the head. ${ourHandler("a target revision")}`;
  return {
    contract: "empty-event",
    unsupported: {
      status: `${migratesAtOnce} ${ourHandler("status")}`,
      "dry-run": `${migratesAtOnce} \`migrate-remote run\` runs it without a plan. ${ourHandler("dry-run")}`,
      "fix-history": ourHandler("fix-history"),
      ...onlyOurs,
    },
    unsupportedOptions: { targetRevision: targets, fixHistory: ourHandler("--fix-history") },
    tracksRuns: false,
    verification: "none",
    encode: (operation) => {
      // Whatever is sent migrates.
      if (operation.kind !== "run")
        throw new Error(`contract empty-event has no event for ${operation.kind}`);
      return payload === "none" ? {} : { payload: {} };
    },
    decode: decodeAny,
  };
}

function decodeAny(
  operation: Operation,
  { value, statusCode, around }: Said,
): Report | { unexpected: string } {
  const status = statusCode === undefined ? {} : { statusCode };
  const sign = anyFailure([status, ...around, value]);
  if (sign?.kind === "doubt")
    return { unexpected: `it may speak of a failure: ${sign.message.slice(0, 200)}` };
  if (typeof value === "number" && value !== 0) return { unexpected: "a number alone says nothing" };
  const success = sign === undefined && value !== false;
  return {
    operation: operation.kind,
    success,
    currentRevisions: [],
    headRevisions: [],
    migrations: [],
    appliedUnknown: true,
    problems: [],
    ...(success
      ? {}
      : { error: { code: "migration_failed", message: sign?.message || "The function answered false." } }),
  };
}

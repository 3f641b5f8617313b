import type { Codec } from "../codec.js";
import type { Operation } from "../operations.js";
import { toWire } from "../wire.js";
import { readAdminAnswer } from "./admin-answer.js";
import { runParameters } from "./migrate-remote.js";
import { onlyOurs } from "./unsupported.js";

/**
 * Document 001 exactly: one operation, `run_migrations`, whose dry-run is also how its state is read. Nothing is added to what it
 * takes. The document fixes the events and the states but not the answer's shape, so decoding looks for the words that it does
 * fix and reads nothing as success that does not say so.
 */
export const adminOperation: Codec = {
  contract: "admin-operation",
  unsupported: {
    "fix-history":
      "In this contract fix-history also migrates. `migrate-remote run --fix-history` does both, after showing the plan; " +
      "with our handler (contract migrate-remote) fix-history stands alone.",
    ...onlyOurs,
  },
  unsupportedOptions: {},
  tracksRuns: false,
  verification: "status",
  encode: (operation) => ({ payload: toWire(encodeEvent(operation)) }),
  decode: readAdminAnswer,
};

function encodeEvent(operation: Operation): Record<string, unknown> {
  switch (operation.kind) {
    case "status":
      return { adminOperation: "run_migrations", parameters: { dryRun: true } };
    case "dry-run":
      return {
        adminOperation: "run_migrations",
        parameters: { dryRun: true, ...runParameters(operation) },
      };
    case "run":
      return { adminOperation: "run_migrations", parameters: runParameters(operation), confirm: true };
    default:
      // The nearest event would migrate.
      throw new Error(`contract admin-operation has no event for ${operation.kind}`);
  }
}

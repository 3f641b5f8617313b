import type { Answer } from "../../../src/contract/answer.js";
import type { Operation, RunOperation } from "../../../src/contract/operations.js";
import type { Random } from "./random.js";

/** What really happened on the far side, whatever its answer looks like. */
export type Truth = "success" | "failure" | "partial" | "nonsense";

export interface Sample {
  truth: Truth;
  operation: Operation;
  answer: Answer;
  /** Only for success: what a report must say of it. */
  revisions?: {
    applied?: string[];
    skipped?: string[];
    pending?: string[];
    current?: string[];
    head?: string[];
  };
}

/** One contract's Lambda, as it may answer. */
export interface Speaker {
  name: string;
  /** Of these operations the answers are. */
  operations: Operation[];
  success(random: Random, operation: Operation): { value: unknown; revisions?: Sample["revisions"] };
  /** Nothing was applied, and it says so. */
  failure(random: Random, operation: Operation): unknown;
  /** Something was applied, then something failed, and it says so. */
  partial?(random: Random, operation: Operation): unknown;
  /** JSON that this contract's Lambda does not answer. */
  nonsense(random: Random, operation: Operation): unknown;
}

export const runOperation: RunOperation = {
  kind: "run",
  fixHistory: false,
  run: { runId: "20261120T104512Z-9f3c1a7e", part: 1 },
};

/** What no output may show. */
export const secret = "hunter2-4f8c";

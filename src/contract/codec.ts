import {
  type Answer,
  type FunctionFailure,
  readAnswer,
  type UnexpectedAnswer,
  unexpected,
} from "./answer.js";
import { adminOperation } from "./codecs/admin-operation.js";
import { migrateRemote } from "./codecs/migrate-remote.js";
import type { Operation, OperationKind } from "./operations.js";
import type { Report } from "./report.js";

/** What an invocation turned out to be. */
export type Outcome = { kind: "report"; report: Report } | FunctionFailure | UnexpectedAnswer;

/** One contract: how its Lambda is asked, and what its answers mean. */
export interface Codec {
  contract: ContractName;
  /** What cannot be asked, each with the way to get it. Everything else can. */
  unsupported: Partial<Record<OperationKind, string>>;
  /** What a run and its dry-run cannot carry, each with the way to get it. */
  unsupportedOptions: Partial<Record<RunOption, string>>;
  /** True where the far side speaks run ids, plan ids and parts. */
  tracksRuns: boolean;
  /** Where no ledger tells: how the database's history is read after a run. */
  verification: Verification;
  encode(operation: Operation): unknown;
  /** Called with JSON only. Gives the reason when the value does not fit. Never throws. */
  decode(operation: Operation, value: unknown, statusCode?: number): Report | { unexpected: string };
}

export type RunOption = "targetRevision" | "fixHistory";

/** `status`: the function itself answers it. `query`: a second function reads the history table. */
export type Verification = "status" | "query" | "none";

export const contractNames = ["migrate-remote", "admin-operation"] as const;

export type ContractName = (typeof contractNames)[number];

const codecs: Record<ContractName, Codec> = {
  "migrate-remote": migrateRemote,
  "admin-operation": adminOperation,
};

export function codecOf(contract: ContractName): Codec {
  return codecs[contract];
}

/** Decodes any answer to an operation, whatever the contract. Never throws. */
export function decodeAnswer(codec: Codec, operation: Operation, answer: Answer): Outcome {
  const read = readAnswer(answer);
  if (read.kind !== "json") return read;
  const decoded = codec.decode(operation, read.value, read.statusCode);
  if (!("unexpected" in decoded)) return { kind: "report", report: decoded };
  return unexpected(decoded.unexpected, answer.payload);
}

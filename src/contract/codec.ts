import {
  type Answer,
  type FunctionFailure,
  readAnswer,
  type Said,
  type UnexpectedAnswer,
  unexpected,
} from "./answer.js";
import { adminOperation } from "./codecs/admin-operation.js";
import { appliedList } from "./codecs/applied-list.js";
import { emptyEvent } from "./codecs/empty-event.js";
import { migrateRemote } from "./codecs/migrate-remote.js";
import { template } from "./codecs/template.js";
import type { Contract } from "./contract.js";
import type { Operation, OperationKind } from "./operations.js";
import type { Report } from "./report.js";
import { topFailure } from "./signs.js";

/** What an invocation turned out to be. */
export type Outcome = { kind: "report"; report: Report } | FunctionFailure | UnexpectedAnswer;

/** One contract: how its Lambda is asked, and what its answers mean. */
export interface Codec {
  /** Its name for people. */
  contract: string;
  /** What cannot be asked, each with the way to get it. Everything else can. */
  unsupported: Partial<Record<OperationKind, string>>;
  /** What a run, and a dry-run with it, cannot carry, each with the way to get it. */
  unsupportedOptions: Partial<Record<RunOption, string>>;
  /** True where the far side speaks run ids, plan ids and parts. */
  tracksRuns: boolean;
  /**
   * How a run whose answer was lost can be judged, and one whose answer came can be checked. `status`: status answers what is
   * applied. `query`: it does, through a second Lambda that only reads. `none`: nothing that reads exists.
   */
  verification: "status" | "query" | "none";
  /** Throws for what is unsupported: the nearest event might migrate. */
  encode(operation: Operation): Request;
  /** Called with what the function itself said. Gives the reason when that does not fit. */
  decode(operation: Operation, said: Said): Report | { unexpected: string };
  /** What a failure really means, where that is something harmless. Undefined: what it seems. */
  reconsider?(operation: Operation, failure: string): Report | undefined;
}

/** The options of run that not every contract can carry. */
export type RunOption = "targetRevision" | "fixHistory";

/** One invocation to be sent. */
export interface Request {
  /** JSON. Absent: sent without any payload, which is not the same as `null` or `{}`. */
  payload?: unknown;
  /** Another function than the target's: it only reads. */
  functionName?: string;
}

export function codecFor(contract: Contract): Codec {
  switch (contract.preset) {
    case "migrate-remote":
      return migrateRemote;
    case "admin-operation":
      return adminOperation;
    case "empty-event":
      return emptyEvent(contract);
    case "applied-list":
      return appliedList(contract);
    case "template":
      return template(contract);
  }
}

/** Decodes any answer to an operation, whatever the contract. Never throws. */
export function decodeAnswer(codec: Codec, operation: Operation, answer: Answer): Outcome {
  const outcome = readOutcome(codec, operation, answer);
  const failure = outcome.kind === "report" ? outcome.report.error : outcome;
  if (failure === undefined || !("message" in failure)) return outcome;
  const report = codec.reconsider?.(operation, failure.message);
  return report === undefined ? outcome : { kind: "report", report };
}

function readOutcome(codec: Codec, operation: Operation, answer: Answer): Outcome {
  const said = readAnswer(answer);
  if (said.kind !== "said") return said;
  const decoded = decodeSafely(codec, operation, said);
  const status = said.statusCode === undefined ? "" : ` (status ${said.statusCode})`;
  if ("unexpected" in decoded) return unexpected(`${decoded.unexpected}${status}`, answer.payload);
  const contradiction = decoded.success ? wrappedFailure(said) : undefined;
  if (contradiction === undefined) return { kind: "report", report: decoded };
  return unexpected(`it says success inside, and ${contradiction} around it`, answer.payload);
}

/** Whoever made an answer may have made it so that reading it throws, as `{"length": {}}` in place of a list does in zod. */
function decodeSafely(codec: Codec, operation: Operation, said: Said): ReturnType<Codec["decode"]> {
  try {
    return codec.decode(operation, said);
  } catch {
    return { unexpected: `it cannot be read as contract ${codec.contract}` };
  }
}

/** Whatever a contract makes of the inside: a success is none when its wrapping says failure. */
function wrappedFailure({ statusCode, around }: Said): string | undefined {
  if (statusCode !== undefined && (statusCode < 200 || statusCode > 299)) return `status ${statusCode}`;
  return around.some((wrapping) => topFailure(wrapping) !== undefined) ? "a failure" : undefined;
}

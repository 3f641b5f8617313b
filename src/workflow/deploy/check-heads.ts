import { Failure } from "../../contract/failure.js";
import { ask, hasStatus, outcomeError } from "../ask.js";
import type { HeadCheck } from "../results/deploy.js";
import type { ResultError } from "../results.js";
import { asking, functionFacts, type StageContext } from "../stage-context.js";
import { areHeads, headWords } from "./heads.js";

/** The repository's head revisions, or why nobody can say which they are. */
export type RepositoryHeads = { heads: string[] } | { unknown: string };

export interface CheckedHeads {
  head: HeadCheck;
  /** What is wrong with the code that is deployed now. */
  error?: ResultError;
}

/** Asks the code that is deployed which head it has, where its contract has a read. */
export async function checkHeads(context: StageContext, repository: RepositoryHeads): Promise<CheckedHeads> {
  const { codec, target } = context;
  if (!hasStatus(context)) return unknown(repository, `contract ${codec.contract} has no read`);
  const answered = await deployedHeads(context);
  if ("error" in answered) return { ...unknown(repository, "it does not answer"), error: answered.error };
  if ("reason" in answered) return unknown(repository, answered.reason);
  if ("unknown" in repository) return unknown(repository, repository.unknown, answered.heads);
  const { heads } = repository;
  const head = { deployed: answered.heads, repository: heads };
  if (areHeads(answered.heads, heads)) return { head: { verdict: "same", ...head } };
  return {
    head: { verdict: "stale", ...head },
    error: {
      code: "stale_code",
      message: `The deployed code has ${headWords(answered.heads)} as its head, and the repository ${headWords(heads)}: the package does not have the repository's migrations.`,
      hint: `Look at what is packed, and at \`package\` in .migraterc.json: migrate-remote deploy --stage ${target.stage} --dry-run --verbose`,
    },
  };
}

function unknown(repository: RepositoryHeads, reason: string, deployed: string[] = []): CheckedHeads {
  const heads = "heads" in repository ? repository.heads : [];
  return { head: { verdict: "unknown", deployed, repository: heads, reason } };
}

type Answered = { heads: string[] } | { reason: string } | { error: ResultError };

/** Nothing here takes back that the deployment has succeeded. */
async function deployedHeads(context: StageContext): Promise<Answered> {
  const { codec, emit, target } = context;
  const operation = { kind: "status" } as const;
  const { functionName } = codec.encode(operation);
  if (functionName !== undefined) return { reason: `contract ${codec.contract} asks another function` };
  try {
    const facts = await functionFacts(context);
    emit({ type: "waiting", message: asking(context, "its head revision", facts) });
    const { outcome } = await ask(context, operation, facts.answerTimeoutMs);
    if (outcome.kind !== "report") return { error: outcomeError(outcome, codec, target.stage) };
    const { headRevisions: heads, error } = outcome.report;
    if (heads.length > 0) return { heads };
    if (error !== undefined) return { reason: error.message };
    return codec.tracksRuns ? { heads } : { reason: `its answer names no head revision` };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof Failure) return { reason: error.message };
    throw error;
  }
}

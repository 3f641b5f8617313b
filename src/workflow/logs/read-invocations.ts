import { Failure } from "../../contract/failure.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import { isMissingGroup } from "./fault.js";
import { type Found, findInvocations, type Sought } from "./find-invocations.js";
import { followLogs } from "./follow.js";
import { furtherBack } from "./further-back.js";
import { type Owner, type OwnLines, ownLines } from "./own-lines.js";
import { inPages } from "./pages.js";
import { logsRange } from "./range.js";
import type { Take } from "./read.js";

/** Lambda's longest time limit: so long after it was last heard of an invocation may still write. */
const longestMs = 900_000;
/** START comes before the first line that tells whose it is. */
const startSpreadMs = 10_000;
const lookAgainMs = 1_000;

interface Reading {
  take: Take;
  ended: () => boolean;
}

export async function readInvocations(
  { farSide, signal, emit, now }: StageContext,
  group: string,
  { streams, since, until }: Found,
  { take, ended }: Reading,
): Promise<void> {
  const span = { since: since - startSpreadMs, until: Math.min(until + longestMs, now().getTime()) };
  for await (const page of logsRange(farSide, { group, streams, ...span, signal, emit })) {
    for (const events of page) {
      await take(events);
      if (ended()) return;
    }
  }
}

/** To their last line, and a moment longer for what comes late. */
export async function followInvocations(
  { farSide, signal, emit, now }: StageContext,
  group: string,
  { since }: Found,
  { take, ended }: Reading,
): Promise<void> {
  let endedAt: number | undefined;
  await followLogs(farSide, {
    group,
    since: since - startSpreadMs,
    signal,
    emit,
    patience: "passing",
    busy: true,
    ...inPages(take),
    done: ({ caughtUp }) => {
      if (caughtUp && ended()) endedAt ??= now().getTime();
      return endedAt !== undefined && now().getTime() - endedAt >= lookAgainMs;
    },
  });
}

export interface Wanted {
  follow: boolean;
  since: number;
  until?: number;
}

/** Which invocations are meant, and what picks their lines. */
export async function findOwn(
  context: StageContext,
  group: string,
  sought: Sought,
  wanted: Wanted,
): Promise<{ found: Found; own: OwnLines }> {
  const found = await findOrWait(context, group, sought, wanted);
  return { found, own: ownLines(ownerOf(context, sought, wanted, found)) };
}

function ownerOf({ codec }: StageContext, sought: Sought, { follow }: Wanted, { requestIds }: Found): Owner {
  // A run that still goes on may have more parts than were found.
  if (follow && "runId" in sought && codec.tracksRuns) return { runId: sought.runId, tracksRuns: true };
  return { requestIds: new Set(requestIds) };
}

/** Whoever follows waits for an invocation whose first line is not there yet. */
async function findOrWait(
  context: StageContext,
  group: string,
  sought: Sought,
  { follow, since, until }: Wanted,
): Promise<Found> {
  const what = wordsOf(sought);
  for (let told = false; ; told = true) {
    const span = { since, until: until ?? context.now().getTime() };
    const found = await findInvocations(context, group, sought, span).catch((error: unknown) => {
      if (follow && isMissingGroup(error)) return undefined;
      throw error;
    });
    if (found !== undefined) return found;
    if (!follow) throw notFound(context, group, sought, since);
    if (!told)
      context.emit({ type: "waiting", message: `No line of ${what} is in ${group} yet; waiting for it` });
    await delay(lookAgainMs, context.signal);
    context.signal.throwIfAborted();
  }
}

function wordsOf(sought: Sought): string {
  if ("runId" in sought) return `run ${sought.runId}`;
  return "requestId" in sought ? `request ${sought.requestId}` : "an invocation";
}

function notFound({ target, now }: StageContext, group: string, sought: Sought, since: number): Failure {
  // A run id tells its own time.
  const option = "runId" in sought ? undefined : furtherBack(since, now());
  const further = option === undefined ? "" : ` Further back: ${option}.`;
  return new Failure("logs_not_found", `No line of ${wordsOf(sought)} was found in ${group}.`, {
    hint: `CloudWatch shows lines some seconds late; with --follow they are waited for.${further} Everything of the last day: migrate-remote logs --stage ${target.stage} --since 1d`,
  });
}

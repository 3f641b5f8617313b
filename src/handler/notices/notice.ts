import { redact } from "../../contract/redact.js";
import type { Report } from "../../contract/report.js";
import { appliedBy, durationOf, isDeliberate, isPaused, repairedBy, writesHistory } from "./outcome.js";

export interface Notice {
  subject: string;
  message: string;
}

export interface NoticeFacts {
  stage: string;
  functionName?: string;
  logStream?: string;
}

/** What a person is told who has a mail in front of them and nothing else; undefined where nothing was done and nothing failed. */
export function noticeOf(report: Report, facts: NoticeFacts): Notice | undefined {
  if (!isWorthOne(report)) return undefined;
  const { stage } = facts;
  const title =
    report.error === undefined ? "✓ Database Migration Successful" : "✗ Database Migration Failed";
  const subject = `${title} (${stage})`;
  const runId = report.runId ?? report.run?.runId;
  const further =
    runId === undefined
      ? []
      : [
          `migrate-remote runs ${runId} --stage ${stage}`,
          `migrate-remote logs --run ${runId} --stage ${stage}`,
        ];
  const lines = Object.entries(factsOf(report, facts, runId)).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${name}: ${value}`],
  );
  const text = [subject, "", ...lines, "", ...further].join("\n");
  return { subject: subject.slice(0, 99), message: `${redact(text).slice(0, 20_000).trimEnd()}\n` };
}

/** A run or repair that changed something, or that failed. */
function isWorthOne(report: Report): boolean {
  if (!writesHistory(report) || isPaused(report)) return false;
  if (report.error !== undefined) return !isDeliberate(report);
  return [...appliedBy(report), ...repairedBy(report)].length > 0 || report.run?.state === "succeeded";
}

function factsOf(report: Report, { stage, functionName, logStream }: NoticeFacts, runId?: string) {
  const { database, error, run, plan } = report;
  const before = run?.fromRevisions ?? plan?.from;
  return {
    Stage: stage,
    Function: functionName,
    Run: runId,
    "Requested by": run?.requestedBy,
    Engine: report.engine,
    Database: database === undefined ? undefined : `${database.name} on ${database.host}`,
    Revision: before === undefined ? undefined : `${listed(before)} → ${listed(report.currentRevisions)}`,
    Applied: counted(appliedBy(report)),
    Repaired: counted(repairedBy(report)),
    Duration: `${durationOf(report)} ms`,
    Snapshot: run?.snapshotId,
    Error: error === undefined ? undefined : `${error.code}: ${error.message}`,
    Next: error?.hint,
    "Log stream": logStream,
  };
}

function listed(revisions: string[]): string {
  return revisions.join(", ") || "(none)";
}

const mostNamed = 20;

function counted(revisions: string[]): string | undefined {
  if (revisions.length === 0) return undefined;
  const more = revisions.length <= mostNamed ? "" : `, … ${revisions.length - mostNamed} more`;
  return `${revisions.length} (${revisions.slice(0, mostNamed).join(", ")}${more})`;
}

import type { ReportError } from "../../../contract/report.js";
import { boundedText, type ServerError } from "../../database-error.js";
import type { SourceMigration } from "../parts.js";
import { placeOf, utf16Offset } from "./position.js";
import type { Statement } from "./statements.js";

export interface FailedWhere {
  /** What was sent, and where it begins in the source. */
  sent: { text: string; start: number };
  /** The statement that was being executed when PostgreSQL gives no position. */
  statement?: Statement | undefined;
}

/** Line, column and the line itself, as far as they are known. */
export function placeOfFailure(
  { sql }: SourceMigration,
  { position }: ServerError,
  { sent, statement }: FailedWhere,
): Pick<ReportError, "line" | "column" | "excerpt"> {
  const offset = position === undefined ? statement?.start : sent.start + utf16Offset(sent.text, position);
  if (offset === undefined) return {};
  const { line, column, excerpt } = placeOf(sql, offset);
  return {
    line,
    // Without PostgreSQL's own position only the line is known.
    ...(position === undefined ? {} : { column }),
    ...(excerpt === undefined ? {} : { excerpt: boundedText(excerpt) }),
  };
}

export function detailOf({ detail, where }: ServerError): Pick<ReportError, "detail"> {
  const parts = [detail, where === undefined ? undefined : `In ${where}`].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? {} : { detail: parts.join("\n") };
}

/** What to do of a migration of which some may stand: as it is, its file would be executed once more from its beginning. */
export function halfApplied(revision: string): string {
  return `Undo what stands of it, correct the file, deploy it, and run again: migrate-remote run. Or finish by hand what is missing, and record it: migrate-remote fix-history --revision ${revision}`;
}

/** duplicate_table, _column, _object, _schema, _function. */
export const alreadyThere = new Set(["42P07", "42701", "42710", "42P06", "42723"]);

import type { ErrorCode } from "../contract/errors.js";
import type { ReportError } from "../contract/report.js";

/** Ends an operation with an error that goes into the report. Its cause is never kept: it may hold a connection string. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(readonly error: ReportError) {
    super(error.message);
  }
}

export function refusal(
  code: ErrorCode,
  message: string,
  more: Omit<ReportError, "code" | "message"> = {},
): Refusal {
  return new Refusal({ code, message, ...more });
}

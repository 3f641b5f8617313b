import type { LockHolder, ReportError } from "./report.js";

/** What a write is refused with while another is at work. `atWork`: a sentence that says who. */
export function lockedError(atWork: string, lock: LockHolder | undefined): ReportError {
  return {
    code: "locked",
    message: `${atWork} Nothing was done.`,
    hint: "Wait for it to end: migrate-remote run --wait-lock 10m. Or ask what it did: migrate-remote runs",
    ...(lock === undefined ? {} : { lock }),
  };
}

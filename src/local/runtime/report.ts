/** The lines that Lambda itself writes about an invocation, in its text format. */
export interface Measured {
  requestId: string;
  durationMs: number;
  initMs: number | undefined;
  memoryMb: number;
  usedMb: number;
  /** How it ended when not with an answer: "timeout", or the type of the error. */
  status: string | undefined;
}

export function startLine(requestId: string): string {
  return `START RequestId: ${requestId} Version: $LATEST`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}`;
}

export function reportLine({ requestId, durationMs, initMs, memoryMb, usedMb, status }: Measured): string {
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${usedMb} MB`,
  ];
  if (initMs !== undefined) fields.push(`Init Duration: ${initMs.toFixed(2)} ms`);
  return `${[...fields, ...statusFields(status)].join("\t")}\t`;
}

export function initReportLine(initMs: number, status: string): string {
  return [`INIT_REPORT Init Duration: ${initMs.toFixed(2)} ms`, "Phase: init", ...statusFields(status)].join(
    "\t",
  );
}

function statusFields(status: string | undefined): string[] {
  if (status === undefined) return [];
  return status === "timeout" ? ["Status: timeout"] : ["Status: error", `Error Type: ${status}`];
}

export function timeoutLine(requestId: string, seconds: number): string {
  return `${new Date().toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds`;
}

/** How a runtime process ended, in Lambda's words. */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  const names: Partial<Record<NodeJS.Signals, string>> = {
    SIGKILL: "killed",
    SIGSEGV: "segmentation fault",
    SIGABRT: "aborted",
    SIGTERM: "terminated",
  };
  if (signal) return `Runtime exited with error: signal: ${names[signal] ?? signal.slice(3).toLowerCase()}`;
  return code === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${code ?? "unknown"}`;
}

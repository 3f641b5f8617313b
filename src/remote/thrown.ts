/** The code of every error by which a proxy opened no tunnel: then no byte of the request was sent. */
export const proxyFailed = "PROXY_FAILED";

/** The properties that thrown things have here, read without trusting any of them. */
export interface Thrown {
  name: string;
  message: string;
  code: string;
  syscall: string;
  /** Of the answer, 0 without one. */
  status: number;
  /** How often the SDK tried; 1 where it does not say. */
  attempts: number;
  /** Of an AggregateError: one for each address that was tried. */
  errors: unknown[];
}

export function readThrown(error: unknown): Thrown {
  const record = asRecord(error);
  const metadata = asRecord(record.$metadata);
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    name: text(record.name),
    message: error instanceof Error ? error.message : text(record.message) || String(error),
    code: text(record.code) || text(record.Code),
    syscall: text(record.syscall),
    status: Number(metadata.httpStatusCode ?? 0) || 0,
    attempts: Number(metadata.attempts ?? 1) || 1,
    errors: Array.isArray(record.errors) ? record.errors : [],
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

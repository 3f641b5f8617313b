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

const nothingSaid = "an error without a message";

export function readThrown(error: unknown): Thrown {
  const record = asRecord(error);
  const metadata = asRecord(record.$metadata);
  return {
    name: text(record.name),
    // Converting what is no Error to text could throw again.
    message: typeof error === "string" ? error : text(record.message) || nothingSaid,
    code: text(record.code) || text(record.Code),
    syscall: text(record.syscall),
    status: number(metadata.httpStatusCode, 0),
    attempts: number(metadata.attempts, 1),
    errors: Array.isArray(record.errors) ? record.errors : [],
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

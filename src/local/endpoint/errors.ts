/** A refusal in the terms of the wire: the error's AWS name, its message, its HTTP status. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    readonly details: Record<string, string> = {},
  ) {
    super(message);
  }
}

export function notImplemented(call: string): AwsError {
  return new AwsError("UnknownOperationException", `migrate-remote local does not implement ${call}.`, 404);
}

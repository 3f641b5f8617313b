/** An error as the Runtime API takes it. */
export interface ErrorDocument {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

export function errorDocument(error: unknown): ErrorDocument {
  if (error instanceof Error || (typeof error === "object" && error !== null && "message" in error)) {
    const { name, message, stack } = error as Partial<Error>;
    return {
      errorType: name ?? "Error",
      errorMessage: String(message),
      trace: String(stack ?? "").split("\n"),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** An error whose type is one of Lambda's own names. */
export function runtimeError(errorType: string, message: string): Error {
  const error = new Error(message);
  error.name = errorType;
  return error;
}

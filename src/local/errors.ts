import { Failure } from "../contract/failure.js";

/**
 * Something about the local stage that a person can mend: no binaries for this platform, a handler file that is not
 * there, a keeper that did not start. `hint` says what to type or change next.
 */
export class LocalError extends Failure {
  override readonly name = "LocalError";
  declare readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(code, message, {
      hint,
      category: code === "handler_not_found" || code === "function_name" ? "usage" : "error",
    });
  }
}

export function messageOf(error: unknown): string {
  return withoutPasswords(error instanceof Error ? error.message : String(error));
}

/** Error texts and server logs may quote a connection string; what is logged or shown must not. */
export function withoutPasswords(text: string): string {
  return text.replace(/(\w+:\/\/[^\s:/@]*):\S*@/g, "$1:***@");
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

import { type ErrorCategory, errorCategory } from "./errors.js";

/** An expected end that is not a result: what happened, what to type next, and how the command exits. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly code: string;
  readonly category: FailureCategory;
  readonly hint: string | undefined;
  /** What programs read of it besides, in the JSON of the error; keys in camelCase. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: {
      hint?: string | undefined;
      category?: FailureCategory;
      cause?: unknown;
      details?: Record<string, unknown>;
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.category = options.category ?? errorCategory(code);
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/** The same failure with more to say of it, and perhaps another hint. */
export function saying(failure: Failure, more: string, hint = failure.hint): Failure {
  const { code, message, category, details } = failure;
  return new Failure(code, `${message} ${more}`, { category, details, hint, cause: failure });
}

/** The far side's categories, and those that only the CLI can meet. */
export type FailureCategory = ErrorCategory | "pending" | "unknown" | "interrupted";

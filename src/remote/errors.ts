import { Failure } from "../contract/failure.js";
export function explainAwsError(error: unknown, about: object): Failure { return new Failure("other", String(error), {cause: error, hint: JSON.stringify(about)}); }

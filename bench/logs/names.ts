/** What the replay server plays and the commands ask for. */
export const functionName = "bench-api-migrate-lambda-dev";
export const logGroup = `/aws/lambda/${functionName}`;

/** The events lie in this long before now. */
export const spanMs = 6 * 3_600_000;
/** The same as people say it, and some more for the time that a bench takes. */
export const since = "7h";

import { AwsError } from "./errors.js";

/**
 * CloudWatch's filter pattern as far as it is terms and quoted phrases that must all occur. Anything else would match other
 * events than in the account, so it is refused.
 */
export function parseFilterPattern(pattern: string): (message: string) => boolean {
  const terms: string[] = [];
  let rest = pattern.trim();
  while (rest !== "") {
    const [whole, quoted, plain] = /^(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)\s*/.exec(rest) ?? [];
    if (whole === undefined) {
      throw new AwsError(
        "InvalidParameterException",
        `migrate-remote local filters by words and "quoted phrases" only, all of which must occur; it does not understand ${rest.slice(0, 60)}`,
      );
    }
    terms.push(quoted === undefined ? (plain ?? "") : quoted.replace(/\\(.)/g, "$1"));
    rest = rest.slice(whole.length);
  }
  return (message) => terms.every((term) => message.includes(term));
}

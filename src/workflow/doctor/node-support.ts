/**
 * Until which month the AWS SDK supports a Node.js, by its major version: eight months past that version's own end of life, which comes in
 * April, and dropped in the first or second week of January.
 *
 * Source: "AWS SDK for JavaScript aligns with Node.js release schedule", AWS Developer Tools Blog; the SDK's own warning says the same of
 * Node 20. Ends of life: github.com/nodejs/Release.
 */
const sdkSupportEnds: Readonly<Record<number, string>> = {
  18: "2026-01",
  20: "2027-01",
  22: "2028-01",
  24: "2029-01",
  26: "2030-01",
};

/** The oldest that this package runs on: `engines` of package.json. */
export const oldestNode = "20.19";

export type NodeSupport =
  | { kind: "tooOld" }
  /** Of an odd version or one that is newer than this list. */
  | { kind: "unlisted" }
  /** `until`: the month, `2027-01`. */
  | { kind: "ended" | "ending" | "supported"; until: string };

/** So early one wants to know. */
const warnMonths = 3;

export function nodeSupport(version: string, now: Date): NodeSupport {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split(".").map(Number);
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) return { kind: "tooOld" };
  const until = sdkSupportEnds[major];
  if (until === undefined) return { kind: "unlisted" };
  const months = monthsBetween(now, until);
  return { kind: months <= 0 ? "ended" : months <= warnMonths ? "ending" : "supported", until };
}

function monthsBetween(now: Date, month: string): number {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return (year - now.getUTCFullYear()) * 12 + number - 1 - now.getUTCMonth();
}

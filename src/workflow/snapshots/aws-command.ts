import type { Target } from "../../config/target.js";

/** `aws rds …` as it is typed for this stage: in its region, with its profile. */
export function awsRds(
  { region, profile, endpoint }: Pick<Target, "region" | "profile" | "endpoint">,
  words: string[],
): string {
  const where: [string, string | undefined][] = [
    ["--region", region],
    ["--profile", profile],
    ["--endpoint-url", endpoint],
  ];
  const options = where.flatMap(([option, value]) => (value === undefined ? [] : [option, quoted(value)]));
  return ["aws", "rds", ...words.map(quoted), ...options].join(" ");
}

/** As a POSIX shell reads it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

import type { Target } from "../../config/target.js";
import type { SnapshotRef } from "../../remote/databases.js";

type Where = Pick<Target, "region" | "profile" | "endpoint">;

/** How a snapshot is restored by hand; `more`: further words. */
export function awsRestore(
  where: Where,
  { kind, id }: SnapshotRef,
  identifier: string,
  more: string[] = [],
): string {
  const from =
    kind === "instance"
      ? ["restore-db-instance-from-db-snapshot", "--db-snapshot-identifier", id]
      : ["restore-db-cluster-from-snapshot", "--snapshot-identifier", id];
  return awsRds(where, [...from, `--db-${kind}-identifier`, identifier, ...more]);
}

/** `aws rds …` as it is typed for this stage: in its region, with its profile. */
export function awsRds(where: Where, words: string[]): string {
  return awsCommand(where, ["rds", ...words]);
}

export function awsCommand({ region, profile, endpoint }: Where, words: string[]): string {
  const where: [string, string | undefined][] = [
    ["--region", region],
    ["--profile", profile],
    ["--endpoint-url", endpoint],
  ];
  const options = where.flatMap(([option, value]) => (value === undefined ? [] : [option, quoted(value)]));
  return ["aws", ...words.map(quoted), ...options].join(" ");
}

/** As a POSIX shell reads it. What ends like a sentence is quoted too: in prose it would be taken for the command's end. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]*[\w@%+=:/-]$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `20261120T104512Z-9f3c1a7e`: sorts by time, fits an RDS identifier and a PostgreSQL application_name. */
export const runIdPattern = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;

/** The second in which a run id was made. */
export function runIdTime(runId: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(runId);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export function makeRunId(now: Date, random: Uint8Array): string {
  return `${runIdAt(now)}-${Buffer.from(random.subarray(0, 4)).toString("hex")}`;
}

/** What the run ids of this second begin with. */
export function runIdAt(now: Date): string {
  return now.toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
}

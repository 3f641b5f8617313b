/** `20261120T104512Z-9f3c1a7e`: sorts by time, fits an RDS identifier and a PostgreSQL application_name. */
export const runIdPattern = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;

export function makeRunId(now: Date, random: Uint8Array): string {
  const time = now.toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
  return `${time}-${Buffer.from(random.subarray(0, 4)).toString("hex")}`;
}

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `10m`, `2h`, `7d` in milliseconds. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(\d{1,6})([smhd])$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * (units[parts[2] ?? ""] ?? 0);
}

/** A duration before now, or a time. Undefined where it is neither. */
export function parseSince(text: string, now: Date): Date | undefined {
  const ago = parseDuration(text);
  return ago === undefined ? parseTime(text) : new Date(now.getTime() - ago);
}

/** An ISO time, which without an offset is UTC. */
export function parseTime(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text))
    return undefined;
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(text) && text.length > 10;
  const date = new Date(hasOffset || text.length === 10 ? text : `${text.replace(" ", "T")}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

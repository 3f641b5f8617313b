const dayMs = 86_400_000;

/** How to look further back than `since` (milliseconds since the epoch); undefined where that is far already. */
export function furtherBack(since: number, now: Date): string | undefined {
  const ago = now.getTime() - since;
  if (ago < dayMs) return "--since 1d";
  return ago < 30 * dayMs ? "--since 30d" : undefined;
}

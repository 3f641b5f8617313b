/**
 * The revision that people mean by what they type: its whole name, its number with or without leading zeros, or the beginning of its name.
 * Gives every candidate where it is not one. Pure; the far side and the CLI understand names alike.
 */
export function revisionsMeant(revisions: readonly string[], wanted: string): string[] {
  if (revisions.includes(wanted)) return [wanted];
  const number = /^0*(\d+)$/.exec(wanted)?.[1];
  const numbered = revisions.filter(
    (revision) => number !== undefined && /^0*(\d+)/.exec(revision)?.[1] === number,
  );
  return numbered.length > 0 ? numbered : revisions.filter((revision) => revision.startsWith(wanted));
}

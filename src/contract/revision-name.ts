/**
 * The revision that people mean by what they type: its whole name, its number with or without leading zeros, the beginning of its name, or what
 * its name says behind the number, whole or the beginning. Gives every candidate where it is not one. Pure; the far side and the CLI understand names alike.
 */
export function revisionsMeant(revisions: readonly string[], wanted: string): string[] {
  if (revisions.includes(wanted)) return [wanted];
  const number = /^0*(\d+)$/.exec(wanted)?.[1];
  const numbered = revisions.filter(
    (revision) => number !== undefined && /^0*(\d+)/.exec(revision)?.[1] === number,
  );
  if (numbered.length > 0) return numbered;
  const beginning = revisions.filter((revision) => revision.startsWith(wanted));
  if (beginning.length > 0 || wanted === "") return beginning;
  const named = revisions.filter((revision) => behindNumber(revision) === wanted);
  return named.length > 0
    ? named
    : revisions.filter((revision) => behindNumber(revision)?.startsWith(wanted));
}

/** `add_users` of `20240101120000_add_users`. */
function behindNumber(revision: string): string | undefined {
  return /^\d+[_.-](.+)$/s.exec(revision)?.[1];
}

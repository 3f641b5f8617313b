/** The known word that a mistyped one most likely stands for; undefined where none is close enough to be worth naming. */
export function nearMiss(word: string, known: Iterable<string>): string | undefined {
  if (word.length > longest) return undefined;
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(plain(word), plain(candidate));
    const close = distance <= Math.max(1, Math.floor(Math.min(word.length, candidate.length) / 3));
    if (close && candidate !== word && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { word: candidate, distance };
    }
  }
  return best?.word;
}

/** `did you mean …?` with a leading separator, or nothing. */
export function suggestion(word: string, known: Iterable<string>): string {
  const near = nearMiss(word, known);
  return near === undefined ? "" : `: did you mean \`${near}\`?`;
}

// Nobody mistypes a word this long, and the distance costs the product of the lengths.
const longest = 64;

/** `role_arn`, `role-arn` and `RoleArn` are all `roleArn` written by someone used to another file. */
function plain(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, "");
}

/** Optimal string alignment: insertions, deletions, substitutions, and two neighbours swapped, each for 1. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const costs = [
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      ];
      if (swapped) costs.push(at(beforeLast, column - 2) + 1);
      current.push(Math.min(...costs));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

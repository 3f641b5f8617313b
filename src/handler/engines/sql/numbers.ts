/** The number that a revision begins with: `008` of `008_add_options`, without its zeros. */
export function numberOf(revision: string): string | undefined {
  return /^0*(\d+)(?=$|[_.-])/.exec(revision)?.[1];
}

/** Compares by number alone; time stamps are longer than what a double holds exactly. */
export function compareNumbers(a: string, b: string): number {
  const first = numberOf(a) ?? "";
  const second = numberOf(b) ?? "";
  return first.length - second.length || compareText(first, second);
}

/** Numeric, then by name; what has no number comes last. */
export function naturalCompare(a: string, b: string): number {
  const unnumbered = Number(numberOf(a) === undefined) - Number(numberOf(b) === undefined);
  return unnumbered || compareNumbers(a, b) || compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

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

/** True of `NNN_name.sql`, which is a migration; not of what ends in `.down.sql` or `.undo.sql`, which goes the other way. */
export function isMigrationFile(name: string): boolean {
  return isForwardSql(name) && numberOf(name) !== undefined && /^\d+[_.-]./.test(name);
}

/** Any SQL file that does not go the other way, whatever it is called. */
export function isForwardSql(name: string): boolean {
  return /\.sql$/i.test(name) && !/\.(down|undo)\.sql$/i.test(name);
}

/** The revision that a migration's file holds. */
export function revisionOfFile(name: string): string {
  return name.replace(/(\.up)?\.sql$/i, "");
}

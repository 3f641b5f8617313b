/** `512 B`, `3.4 kB`, `12.0 MB`: decimal, as AWS counts its limits in words. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

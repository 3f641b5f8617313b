const longest = 63;

/** What RDS takes for an instance or a cluster: letters, digits and single hyphens, a letter first and no hyphen last. */
export function isDatabaseIdentifier(text: string): boolean {
  return text.length <= longest && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/i.test(text);
}

/** `shop-prod-restored-20261120t104512z`; a long name is cut, since the time is what makes it its own. */
export function restoredName(original: string, at: Date): string {
  const time = at
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")
    .toLowerCase();
  return withSuffix(original, `-restored-${time}`);
}

/** What the original is called once the new one has its name. */
export function oldName(original: string): string {
  return withSuffix(original, "-old");
}

function withSuffix(name: string, suffix: string): string {
  return name.slice(0, longest - suffix.length).replace(/-+$/, "") + suffix;
}

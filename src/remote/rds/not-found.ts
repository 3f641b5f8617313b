/** RDS says with an error that there is none; an answer without it means the same. */
export function answered<T>(found: T | undefined, otherwise: string): T {
  if (found !== undefined) return found;
  throw Object.assign(new Error("The answer holds none."), { name: otherwise });
}

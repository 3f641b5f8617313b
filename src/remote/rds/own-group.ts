import { text } from "./values.js";

/**
 * A parameter or option group's name where somebody made it. `default.postgres17` and `default:postgres-17` belong to a version, and a
 * snapshot may be of an earlier one than the original is now: RDS then takes the right default by itself.
 */
export function own(name: unknown): string | undefined {
  const group = text(name);
  return group === undefined || /^default[.:]/.test(group) ? undefined : group;
}

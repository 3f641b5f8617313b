/**
 * One bucket for all calls of a command. What an account may ask of FilterLogEvents (5 calls a second and region, in some regions more, for
 * everybody in it together) cannot be asked for: so nothing is held back until AWS turns a call away, and from then on calls
 * go out at the rate that was let through, probing slowly upwards. Times in milliseconds of one clock.
 */
export interface Quota {
  /** Calls a second; infinite until the first is turned away. */
  perSecond: number;
  /** When the next call may go out. */
  nextAt: number;
  openedAt: number;
  /** Calls answered before the first was turned away. */
  answered: number;
  /** When the rate was cut last. */
  cutAt: number;
  grownAt: number;
}

const slowest = 1;
const cutTo = 0.75;
/** Calls a second more, for every second. */
const growth = 0.25;
/** Calls that were under way together are turned away together: that is one sign. */
const oneSignMs = 1_000;

export function openQuota(now: number): Quota {
  return {
    perSecond: Number.POSITIVE_INFINITY,
    nextAt: now,
    openedAt: now,
    answered: 0,
    cutAt: Number.NEGATIVE_INFINITY,
    grownAt: now,
  };
}

/** Takes the next place in the line: how long to wait for it. */
export function takeTurn(quota: Quota, now: number): { quota: Quota; waitMs: number } {
  const at = Math.max(now, quota.nextAt);
  return { quota: { ...quota, nextAt: at + 1_000 / quota.perSecond }, waitMs: at - now };
}

export function afterAnswer(quota: Quota, now: number): Quota {
  if (quota.perSecond === Number.POSITIVE_INFINITY) return { ...quota, answered: quota.answered + 1 };
  const grown = (growth * (now - quota.grownAt)) / 1_000;
  return { ...quota, perSecond: quota.perSecond + grown, grownAt: now };
}

export function afterRefusal(quota: Quota, now: number): Quota {
  if (now - quota.cutAt < oneSignMs) return quota;
  const seconds = Math.max(1, (now - quota.openedAt) / 1_000);
  const isFirst = quota.perSecond === Number.POSITIVE_INFINITY;
  const present = isFirst ? quota.answered / seconds : quota.perSecond;
  const perSecond = Math.max(slowest, present * cutTo);
  return {
    ...quota,
    perSecond,
    cutAt: now,
    grownAt: now,
    nextAt: Math.max(quota.nextAt, now + 1_000 / perSecond),
  };
}

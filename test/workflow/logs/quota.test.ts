import { expect, test } from "vitest";
import {
  afterAnswer,
  afterRefusal,
  openQuota,
  type Quota,
  takeTurn,
} from "../../../src/workflow/logs/quota.js";

/** Calls for a while against a service that lets through so many a second; gives how many it let through and turned away. */
function callFor(seconds: number, allowed: number) {
  let quota: Quota = openQuota(0);
  let now = 0;
  const times: number[] = [];
  let refused = 0;
  while (now < seconds * 1_000) {
    const turn = takeTurn(quota, now);
    quota = turn.quota;
    now += turn.waitMs;
    const recent = times.filter((time) => time > now - 1_000).length;
    if (recent >= allowed) {
      refused += 1;
      quota = afterRefusal(quota, now);
    } else {
      times.push(now);
      quota = afterAnswer(quota, now);
    }
    now += 20;
  }
  return { answered: times.length, refused };
}

test("nothing is held back until a call is turned away", () => {
  let quota = openQuota(0);
  for (let call = 0; call < 100; call += 1) {
    const turn = takeTurn(quota, 5);
    expect(turn.waitMs).toBe(0);
    quota = afterAnswer(turn.quota, 5);
  }
});

test.each([5, 10, 25])("of %i calls a second most are used, and few calls are turned away", (allowed) => {
  const { answered, refused } = callFor(120, allowed);
  expect(answered).toBeGreaterThan(120 * allowed * 0.7);
  expect(refused).toBeLessThan(answered * 0.1);
});

test("calls turned away together are one sign, and the rate never falls below one a second", () => {
  let quota = afterRefusal(openQuota(0), 10);
  expect(quota.perSecond).toBe(1);
  quota = { ...quota, perSecond: 8 };
  expect(afterRefusal(quota, 500).perSecond).toBe(8);
  expect(afterRefusal(quota, 1_100).perSecond).toBe(6);
});

import type { Reading } from "../../remote/inspect/reading.js";
import type { Check } from "../results/doctor.js";
import { check } from "./check.js";
import { nodeSupport, oldestNode } from "./node-support.js";

export interface MachineFacts {
  /** Node's version, as `process.version`. */
  node: string;
  now: Date;
}

export function nodeCheck({ node, now }: MachineFacts): Check {
  const say = check("node_version");
  const support = nodeSupport(node, now);
  const upgrade = "Install a newer Node.js (an even version, such as 24).";
  switch (support.kind) {
    case "tooOld":
      return say.failed(`Node ${node}; migrate-remote needs ${oldestNode} or newer.`, upgrade);
    case "unlisted":
      return say.ok(`Node ${node}.`);
    case "ended":
      return say.warning(`Node ${node}: the AWS SDK's support for it ended in ${support.until}.`, upgrade);
    case "ending":
      return say.warning(`Node ${node}: the AWS SDK's support for it ends in ${support.until}.`, upgrade);
    case "supported":
      return say.ok(`Node ${node}; the AWS SDK supports it until ${support.until}.`);
  }
}

/** How AWS is reached from here. */
export interface WayOut {
  proxy: Reading<string | undefined>;
  certificates: Reading<string | undefined>;
}

export function wayOutChecks({ proxy, certificates }: WayOut): Check[] {
  const way = check("proxy");
  const trust = check("certificates");
  return [
    proxy.known
      ? way.ok(
          proxy.value === undefined
            ? "AWS is reached directly, without a proxy."
            : `AWS is reached through the proxy ${proxy.value}.`,
        )
      : way.failed(proxy.message, proxy.hint),
    ...(certificates.known
      ? certificates.value === undefined
        ? []
        : [trust.ok(`Certificates of ${certificates.value} are trusted too.`)]
      : [trust.failed(certificates.message, certificates.hint)]),
  ];
}

const [warnSkewMs, mostSkewMs] = [60_000, 300_000];

/** AWS refuses signatures that are more than five minutes off. */
export function clockCheck(aheadMs: number | undefined): Check {
  const say = check("clock_skew");
  if (aheadMs === undefined) return say.unknown("AWS did not tell its time, so this clock was not compared.");
  const off = Math.abs(aheadMs);
  if (off <= warnSkewMs)
    return say.ok(`The clock agrees with AWS's, within ${Math.max(1, Math.ceil(off / 1000))} s.`);
  const message = `The clock is ${Math.round(off / 1000)} s ${aheadMs > 0 ? "behind" : "ahead of"} AWS's.`;
  const fix = "Set it by the network: `timedatectl set-ntp true`; on macOS `sudo sntp -sS time.apple.com`.";
  return off > mostSkewMs
    ? say.failed(`${message} AWS refuses signatures that are more than five minutes off.`, fix)
    : say.warning(message, fix);
}

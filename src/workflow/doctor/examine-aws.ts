import type { Reading } from "../../remote/inspect/reading.js";
import { certificatesInUse, proxyInUse } from "../../remote/inspect/this-machine.js";
import type { IdentitySeen, Inspection } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import type { StageContext } from "../stage-context.js";
import { check, skipped } from "./check.js";
import { accountCheck, expiryCheck, identityCheck } from "./credentials.js";
import { examineFunction } from "./examine-function.js";
import { clockCheck, wayOutChecks } from "./machine.js";

export type ExaminedStage = StageContext & { inspection: Inspection };

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** This program's version. */
  version: string;
}

/** Looks at a stage in AWS, from here to there. What an earlier check has ended is not tried. */
export async function examineAws(stage: ExaminedStage, around: Surroundings): Promise<Check[]> {
  const { inspection, target, emit, now } = stage;
  emit({ type: "waiting", message: `Asking AWS about ${target.functionName}, at most 50 s` });
  const region = await inspection.region();
  if (!region.known)
    return [
      check("region").failed(region.message, region.hint),
      skipped("without a region AWS cannot be asked"),
    ];
  const regional = check("region").ok(`Region ${region.value}.`);
  const url = new URL(target.endpoint ?? `https://sts.${region.value}.amazonaws.com`);
  const [proxy, certificates] = await Promise.all([
    proxyInUse(url, around.env),
    certificatesInUse(around.env),
  ]);
  const before = [regional, ...wayOutChecks({ proxy, certificates })];
  if (!proxy.known || !certificates.known) return [...before, skipped("AWS cannot be reached like this")];

  // First these, for as long as they take: a person may have to type an MFA code.
  const credentials = await inspection.credentials();
  const who: IdentitySeen = credentials.known ? await inspection.identity(now) : { identity: credentials };
  const { identity } = who;
  const known = [
    ...before,
    ...(identity.known || who.clockAheadMs !== undefined ? [clockCheck(who.clockAheadMs)] : []),
    identityCheck(identity, credentials),
    ...(identity.known ? [accountCheck(target, identity), ...expiryCheck(credentials, now())] : []),
  ];
  const end = whatEnds(identity, target.account);
  return end === undefined ? [...known, ...(await examineFunction(stage, around))] : [...known, skipped(end)];
}

/** In a network with endpoints for some services alone STS may be missing, and the others there. */
function whatEnds(identity: IdentitySeen["identity"], account: string | undefined): string | undefined {
  if (!identity.known) return isFatal(identity) ? "without credentials AWS answers nothing" : undefined;
  const isOther = account !== undefined && identity.value.account !== account;
  return isOther ? "in another account it would be another function's" : undefined;
}

function isFatal({ code }: Extract<Reading<unknown>, { known: false }>): boolean {
  return /^(credentials_|profile_|mfa_|region_)/.test(code);
}

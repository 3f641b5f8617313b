import type { Target } from "../../config/target.js";
import type { Reading } from "../../remote/inspect/reading.js";
import type { CredentialFacts, Identity } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import { check } from "./check.js";

const soonMs = 15 * 60_000;

export function identityCheck(identity: Reading<Identity>, credentials: Reading<CredentialFacts>): Check {
  const say = check("credentials");
  const source = credentials.known ? credentials.value.source : undefined;
  if (identity.known)
    return say.ok(`${identity.value.arn}${source === undefined ? "" : `, from ${source}`}.`);
  return /^(credentials_|profile_|mfa_|region_)/.test(identity.code)
    ? say.failed(identity.message, identity.hint)
    : say.unread("Who these credentials belong to", identity);
}

/** A stage that is protected without a word on its account takes whatever credentials there are. */
export function accountCheck(
  { account, stage, protected: guarded }: Pick<Target, "account" | "stage" | "protected">,
  identity: Reading<Identity>,
): Check {
  const say = check("account");
  if (!identity.known) return say.unknown("Which account this is was not learned.");
  const seen = identity.value.account;
  const setting = `Set "account": "${seen}" for stage ${stage} in .migraterc.json, if it is the right one.`;
  if (account === seen) return say.ok(`Account ${seen}, as the configuration says.`);
  if (account !== undefined)
    return say.failed(
      `These credentials are of account ${seen}; stage ${stage} belongs to ${account}.`,
      `Choose the profile: --profile NAME, or \`profile\` of stage ${stage}.`,
    );
  return guarded
    ? say.warning(
        `Account ${seen}. Stage ${stage} is protected and names no account: a stray profile would not be noticed.`,
        setting,
      )
    : say.ok(`Account ${seen}; the configuration names none to compare it with.`);
}

export function expiryCheck(credentials: Reading<CredentialFacts>, now: Date): Check[] {
  const say = check("credentials_expiry");
  if (!credentials.known) return [];
  const { expiresAt } = credentials.value;
  if (expiresAt === undefined) return [say.ok("They do not expire by themselves, as far as the SDK knows.")];
  const leftMs = Date.parse(expiresAt) - now.getTime();
  const minutes = Math.max(0, Math.floor(leftMs / 60_000));
  const until = `${expiresAt.slice(0, 16).replace("T", " ")}Z`;
  return leftMs > soonMs
    ? [say.ok(`They are good until ${until}.`)]
    : [
        say.warning(
          `They expire at ${until}, in ${minutes} min: less than a run with a snapshot may take.`,
          "Get new ones before a run: `aws sso login`, or whatever gave these.",
        ),
      ];
}

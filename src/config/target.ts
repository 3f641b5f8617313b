import type { Contract } from "../contract/contract.js";
import type { RuleName } from "../contract/rules.js";
import type { PackageConfig } from "./package.js";
import type { LocalConfig } from "./schema.js";

/** A stage resolved: all that is needed to reach its migration Lambda, and what guards it. Pure data. */
export interface Target {
  stage: string;
  /** What to send as FunctionName: a name, partial ARN or ARN, without qualifier. */
  functionName: string;
  /** Version or alias, to send as Qualifier. */
  qualifier?: string;
  /** The name alone, as in `/aws/lambda/<name>`. */
  functionShortName: string;
  contract: Contract;
  /** Absent where neither flag, environment nor file says one: then the SDK takes the profile's. */
  region?: string;
  /**
   * `--profile`, else AWS_PROFILE, else the file's where the environment holds no credentials of its own.
   *
   * A stray AWS_PROFILE that overrides a protected stage's profile is the classic accident. `account` is what catches it: it is
   * checked with STS before anything is written.
   */
  profile?: string;
  /** To assume over the base credentials. */
  roleArn?: string;
  /** MFA device for assuming `roleArn`. */
  mfaSerial?: string;
  /** 12 digits. */
  account?: string;
  /** Serves every AWS service used; the SDK's own AWS_ENDPOINT_URL… count only without it. */
  endpoint?: string;
  /** Consent and, unless `snapshot` says otherwise, a snapshot are needed. */
  protected: boolean;
  /** What is typed to consent. */
  confirmPhrase: string;
  snapshot: SnapshotPolicy;
  /** Until it is so old `snapshot prune` leaves a snapshot alone. */
  keepSnapshotsSeconds: number;
  /** What is snapshotted. Always there for a local stage. */
  database?: { kind: "instance" | "cluster"; identifier: string };
  /** Rules of the review that are off here. */
  silencedRules: RuleName[];
  /** What `deploy` packs. */
  package?: PackageConfig;
  /** The handler runs on this machine. Then there is no AWS, and no profile, role, account or endpoint. */
  local?: LocalConfig;
  /** What a person should know, such as an environment variable that took precedence. */
  warnings: string[];
}

/** The way back that a run must have. */
export type SnapshotPolicy =
  /** A new one, `available` before the first statement. */
  | { kind: "required" }
  /** One that is there already, no older than this many seconds, else a new one. */
  | { kind: "reuse"; maxAgeSeconds: number }
  /** The database's own recovery window. */
  | { kind: "pointInTime" }
  /** None, with the reason that a protected stage has to give. */
  | { kind: "none"; reason?: string };

import type { LeftOut } from "../../project/package/left-out.js";
import type { PackedFile } from "../../project/package/pack.js";
import type { ResultError, TargetSummary } from "../results.js";

export interface DeployResult extends TargetSummary {
  command: "deploy";
  /** `unchanged`: the function had this code already. `planned`: nothing was sent (`--dry-run`, `--out`). */
  outcome: "deployed" | "unchanged" | "planned";
  /** The package's: SHA-256 of the zip in base64, as Lambda tells it. */
  codeSha256: string;
  /** What the stage invoked before; absent where nobody was asked, or where that never came into service. */
  codeSha256Before?: string;
  fileCount: number;
  /** Unpacked, and as a zip. */
  bytes: number;
  zipBytes: number;
  /** In the zip's order; only where nothing was sent. */
  files?: PackedFile[];
  /** What is in the folder and not in the zip. */
  leftOut: LeftOut[];
  /** Where `--out` wrote the zip. */
  packageFile?: string;
  /** The version that was published, or that had this code already. */
  version?: string;
  /** What the stage invokes, and points to `version` now. */
  alias?: string;
  head?: HeadCheck;
  error?: ResultError;
  /** Milliseconds. */
  durationMs: number;
}

/** Whether the function's head revisions are the repository's. */
export interface HeadCheck {
  verdict: "same" | "stale" | "unknown";
  deployed: string[];
  repository: string[];
  /** Why nobody knows. */
  reason?: string;
}

import type { Plan } from "../../contract/report.js";
import type { Findings } from "../report.js";

/** What is to be done, all of it decided by reading, before the run is claimed and anything is written. */
export type Prepared =
  /** There is nothing to do. */
  { kind: "done"; findings: Findings } | { kind: "refused"; findings: Findings } | Ready;

export interface Ready {
  kind: "ready";
  plan?: Plan;
  /** Current revisions now. */
  from: string[];
  /** History is repaired too, or only. */
  repairs: boolean;
  carryOut(notes: Notes): Promise<Outcome>;
}

/** What the ledger is told on the way. */
export interface Notes {
  /** Called inside the transaction that repairs history, which fails with it. */
  repaired(): Promise<void>;
  /** For people who look meanwhile: never fails, history is the truth. */
  applied(revisions: string[]): Promise<void>;
}

export interface Outcome {
  findings: Findings;
  /** Of the whole plan, what stands. */
  applied: string[];
  /** It stopped between two migrations because time is short; another part shall go on. */
  paused: boolean;
}

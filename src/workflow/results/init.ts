import type { Policy } from "../../scaffold/iam.js";

/** What `init` did or would do. `action` tells which of its jobs it was. */
export type InitResult = InitFilesResult | InitPoliciesResult | InitAlarmsResult;

/** Files that `init` writes: nothing that exists is ever overwritten. */
export interface InitFilesResult {
  command: "init";
  action: "files";
  /** `proposed`: shown, and nothing written, because nobody was there to say yes. `declined`: somebody said no. */
  outcome: "written" | "proposed" | "declined";
  /** Absolute: what the paths below are relative to. */
  folder: string;
  files: InitFile[];
  /** They were shown on the terminal and asked about, so the text does not show them again. */
  asked: boolean;
  /** What could not be seen, or is to be known. */
  notes: string[];
  /** What to type next, in order. */
  next: string[];
}

export interface InitFile {
  path: string;
  change: "create" | "append";
  /** The whole of it; for `append` what is added at the end. */
  content: string;
  /** What is not worth reading whole, such as a copied program: what it is instead. */
  summary?: string;
  /** Where what it says was seen. */
  seen: InitSighting[];
}

export interface InitSighting {
  /** What it is about: `region`, `stages.prod.database`. */
  what: string;
  value: string;
  /** `serverless.yml:12`, relative to the folder. */
  where: string;
}

/** Rights to print: nothing is written. */
export interface InitPoliciesResult {
  command: "init";
  action: "policies";
  /** By stage, in the file's order. */
  stages: { stage: string; policies: Policy[] }[];
}

/** A template to print: nothing is written. */
export interface InitAlarmsResult {
  command: "init";
  action: "alarms";
  stage: string;
  format: "cloudformation" | "terraform";
  /** The whole of it, as the tool takes it. */
  template: string;
  notes: string[];
}

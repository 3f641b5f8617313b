/** A Lambda that stays as it is, described by what it takes and where its answers say what. Written by a person, as data. */
export interface TemplateContract {
  preset: "template";
  /** What people and results call it. */
  name: string;
  /** Stands for {stage}. */
  stage: string;
  run: TemplateOperation;
  /** Only where the Lambda has one that provably does not migrate. */
  status?: TemplateOperation;
  dryRun?: TemplateOperation;
  fixHistory?: TemplateOperation;
}

export interface TemplateOperation {
  /** JSON with placeholders in its texts. */
  send: unknown;
  read: TemplateReading;
}

/** Where an answer says what. Every text here is a JSON Pointer into the answer, out of its wrapping. */
export interface TemplateReading {
  /** All of them must hold. */
  success: Condition[];
  /** Any of them means failure. */
  failure: Condition[];
  /** What is not empty here is an error. */
  error?: string;
  /** A text that explains a failure. */
  message?: TextAt;
  state?: { at: string; states: Readonly<Record<string, string>> };
  current?: ListAt;
  head?: ListAt;
  applied?: ListAt;
  pending?: ListAt;
  skipped?: ListAt;
  failed?: ListAt;
}

/** `is`: the value equals this JSON. `oneOf`: it equals one of these. `exists`: something other than null is there, or not. */
export type Condition = { at: string } & ({ is: unknown } | { oneOf: unknown[] } | { exists: boolean });

export interface TextAt {
  at: string;
  base64: boolean;
}

/** A list of names or, with `revision`, of objects that hold them. For current and head one name alone is a list of one. */
export interface ListAt {
  at: string;
  /** From each item. */
  revision: string;
  /** Items for which this does not hold are passed over. Its pointer is from each item. */
  where?: Condition;
}

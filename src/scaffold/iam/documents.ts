import type { PolicyPart, Statement } from "./facts.js";

/** As IAM takes it. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** Who may assume a role. */
export interface TrustDocument {
  Version: "2012-10-17";
  Statement: {
    Sid: string;
    Effect: "Allow";
    Principal: Record<string, string>;
    Action: string;
    Condition?: Record<string, Record<string, string>>;
  }[];
}

/** The most that a managed policy holds, white space not counted. An inline policy of a role has room for 10,240 in all. */
export const managedPolicySize = 6_144;

/** Parts as documents, in order: a second one begins where the first is full. */
export function documentsOf(parts: PolicyPart[]): PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  for (const { statement } of parts) {
    const last = documents.at(-1);
    const longer = document([...(last?.Statement ?? []), statement]);
    if (last !== undefined && sizeOf(longer) <= managedPolicySize) documents[documents.length - 1] = longer;
    else documents.push(document([statement]));
  }
  return documents;
}

/** Characters as IAM counts them. */
export function sizeOf(policy: object): number {
  return JSON.stringify(policy).length;
}

function document(statements: Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

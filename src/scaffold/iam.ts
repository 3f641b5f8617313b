import { databaseParts, proxyPart, recoveryPart, restoreParts } from "./iam/database-parts.js";
import { documentsOf, type PolicyDocument, type TrustDocument } from "./iam/documents.js";
import type { IamFacts, PolicyPart } from "./iam/facts.js";
import { accountPart, functionParts, inspectionParts, logParts } from "./iam/function-parts.js";
import { handlerParts } from "./iam/handler-parts.js";
import { githubTrust, lambdaTrust } from "./iam/trust.js";

/** One role's rights. */
export interface Policy {
  /** `operator`: who migrates. `reader`: who looks and can execute nothing. `handler`: the function. `caller`: who assumes the configuration's role. */
  role: "operator" | "reader" | "handler" | "caller";
  title: string;
  /** What to know before it is attached. */
  notes: string[];
  /** Several where one would be longer than a managed policy may be: attach them all. */
  documents: PolicyDocument[];
  /** Who may be that role. */
  trust?: { who: string; document: TrustDocument };
  /** What each statement is for. */
  parts: { sid: string; purpose: string; commands: string[] }[];
}

/** The policies of one stage. Pure. */
export function policiesFor(facts: IamFacts): Policy[] {
  const operator = operatorParts(facts);
  return [
    {
      ...policyOf("operator", `Who migrates ${facts.stage}, a person or a pipeline`, operator),
      notes: [
        "Take a statement away, and the commands beside it below can no longer do what it is for.",
        ...operatorNotes(facts),
      ],
      trust: { who: "for a pipeline on GitHub", document: githubTrust(facts) },
    },
    {
      ...policyOf("reader", `Who looks at ${facts.stage} and can execute nothing`, readerParts(operator)),
      notes: [
        `Can: ${readable(facts).join(", ")}, and what doctor finds out without the function.`,
        "Cannot: status, runs, attach. They ask the function, and the right to invoke it is the right to migrate: IAM does not see what is asked. Whoever must know what is applied without being able to migrate looks at the pipeline's summary.",
        "Left out on purpose: lambda:GetFunctionConfiguration, which shows the function's environment and whatever secret is in it. Without it `logs` reads the log group that Lambda makes by itself.",
      ],
    },
    {
      ...policyOf("handler", `The role of ${facts.function.name} itself`, handlerParts(facts)),
      notes: [
        "Fill in what is in capitals, and take away the statements whose variable the function does not have.",
        ...(facts.ourHandler
          ? []
          : ["This is what migrate-remote's own handlers use. Yours may use something else."]),
      ],
      trust: { who: "for Lambda", document: lambdaTrust },
    },
    ...callerPolicies(facts),
  ];
}

/** Every part that some command needs for this stage. */
export function operatorParts(facts: IamFacts): PolicyPart[] {
  const databases = databasesOf(facts);
  return [
    ...functionParts(facts),
    ...logParts(facts),
    ...databases.flatMap((database) => databaseParts(facts, database)),
    ...databases.filter(({ kind }) => kind === "instance").map((database) => recoveryPart(facts, database)),
    ...(databases.length === 0 ? [] : [proxyPart(facts)]),
    ...databases.flatMap((database) => restoreParts(facts, database)),
    ...inspectionParts(facts),
    accountPart({ hasDatabase: databases.length > 0 }),
  ];
}

/** The named one; where a run takes snapshots of whatever the function is connected to, any of either kind. */
function databasesOf({ database, hasWayBack }: IamFacts) {
  if (database !== undefined) return [database];
  if (!hasWayBack) return [];
  return [
    { kind: "instance" as const, identifier: "*" },
    { kind: "cluster" as const, identifier: "*" },
  ];
}

/** Reads that neither execute anything nor show a secret. */
function readerParts(parts: PolicyPart[]): PolicyPart[] {
  return parts.filter(
    ({ statement: { Sid, Action } }) =>
      Sid !== "ReadFunction" && Action.every((action) => /:(Describe|Filter|List|Get)/.test(action)),
  );
}

/** Without a name for the database `snapshot list` has to ask the function for it. */
function readable({ database, hasWayBack }: IamFacts): string[] {
  const list = database === undefined ? [] : ["snapshot list"];
  return ["logs", ...list, ...(database !== undefined || hasWayBack ? ["snapshot wait"] : [])];
}

function operatorNotes({ account, region, database, hasWayBack, stage }: IamFacts): string[] {
  const missing = [
    ...(account === undefined ? ["account"] : []),
    ...(region === undefined ? ["region"] : []),
  ];
  return [
    ...(missing.length === 0
      ? []
      : [
          `The configuration does not say ${missing.join(" and ")}: * stands there. Add it to narrow the policy.`,
        ]),
    ...(database !== undefined
      ? []
      : hasWayBack
        ? [
            `Stage ${stage} does not name its database, so any is meant. Name it (\`database\`) to narrow the policy.`,
          ]
        : [`Stage ${stage} names no database: nothing here is about snapshots.`]),
    ...(database === undefined
      ? []
      : [
          `A database is restored under the name that \`snapshot restore\` gives it; with --as, name another one in the Restore statements.`,
        ]),
  ];
}

/** Where the configuration has a role, its policy is the operator's, and whoever begins needs to be that role. */
function callerPolicies({ roleArn, stage }: IamFacts): Policy[] {
  if (roleArn === undefined) return [];
  const part: PolicyPart = {
    statement: { Sid: "BeOperator", Effect: "Allow", Action: ["sts:AssumeRole"], Resource: [roleArn] },
    purpose: "being the role that the configuration names",
    commands: [],
  };
  return [
    {
      ...policyOf("caller", `Who may become the operator of ${stage}`, [part]),
      notes: [
        `For the credentials that \`roleArn\` is assumed with; ${roleArn} itself has the operator's policy.`,
      ],
    },
  ];
}

function policyOf(role: Policy["role"], title: string, parts: PolicyPart[]): Policy {
  return {
    role,
    title,
    notes: [],
    documents: documentsOf(parts),
    parts: parts.map(({ statement, purpose, commands }) => ({ sid: statement.Sid, purpose, commands })),
  };
}

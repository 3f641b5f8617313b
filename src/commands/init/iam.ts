import type { Context } from "../../cli/context.js";
import { originOf } from "../../cli/origin.js";
import { parseFunctionName } from "../../config/function-name.js";
import type { Target } from "../../config/target.js";
import { partitionOf } from "../../scaffold/iam/arn.js";
import type { FunctionRef, IamFacts } from "../../scaffold/iam/facts.js";
import { policiesFor } from "../../scaffold/iam.js";
import type { InitPoliciesResult } from "../../workflow/results/init.js";
import { snapshotPrefix } from "../../workflow/snapshots/name.js";
import { remoteStages } from "./remote-stages.js";

/** `init --iam`: least-privilege policies for exactly this configuration. Nothing is written, and AWS is asked nothing. */
export async function printPolicies(context: Context): Promise<InitPoliciesResult> {
  const { targets } = await remoteStages(context);
  const { requestedFrom } = await originOf(context.host);
  const repository = repositoryIn(requestedFrom);
  return {
    command: "init",
    action: "policies",
    stages: targets.map((target) => ({
      stage: target.stage,
      policies: policiesFor(iamFacts(target, repository)),
    })),
  };
}

export function iamFacts(target: Target, repository?: string): IamFacts {
  const { stage, contract, region, account, snapshot, database, roleArn, qualifier } = target;
  const named = parseFunctionName(target.functionName);
  const own = "invalid" in named ? { name: target.functionShortName } : named;
  const query = contract.preset === "applied-list" ? contract.query?.functionName : undefined;
  const queried = query === undefined ? undefined : parseFunctionName(query);
  const owner = account ?? own.account ?? accountOf(roleArn);
  return {
    stage,
    partition: own.partition ?? partitionOf(region),
    ...(region === undefined ? {} : { region }),
    ...(owner === undefined ? {} : { account: owner }),
    function: refOf({ ...own, ...(qualifier === undefined ? {} : { qualifier }) }),
    ...(queried === undefined || "invalid" in queried ? {} : { queryFunction: refOf(queried) }),
    ...(database === undefined ? {} : { database }),
    hasWayBack: snapshot.kind !== "none",
    snapshotPrefix: {
      instance: snapshotPrefix({ kind: "instance", stage }),
      cluster: snapshotPrefix({ kind: "cluster", stage }),
    },
    ...(roleArn === undefined ? {} : { roleArn }),
    ourHandler: contract.preset === "migrate-remote",
    ...(repository === undefined ? {} : { repository }),
  };
}

function refOf({ name, qualifier, region, account }: FunctionRef): FunctionRef {
  return {
    name,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
  };
}

function accountOf(roleArn: string | undefined): string | undefined {
  return /:iam::(\d{12}):/.exec(roleArn ?? "")?.[1];
}

/** `git@github.com:owner/name.git`, `https://github.com/owner/name`, and a job's own address. */
function repositoryIn(origin: string | undefined): string | undefined {
  return /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?(?:\/|$)/.exec(origin ?? "")?.[1];
}

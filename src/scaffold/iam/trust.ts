import type { TrustDocument } from "./documents.js";
import type { IamFacts } from "./facts.js";

/** Lambda may be the function's role. */
export const lambdaTrust: TrustDocument = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Lambda",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    },
  ],
};

/** Jobs of one repository in the stage's environment, and no others, may be the operator's role: whoever approves there approves this too. */
export function githubTrust({ partition, account, repository, stage }: IamFacts): TrustDocument {
  const issuer = "token.actions.githubusercontent.com";
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "GitHubActions",
        Effect: "Allow",
        Principal: { Federated: `arn:${partition}:iam::${account ?? "ACCOUNT-ID"}:oidc-provider/${issuer}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: "sts.amazonaws.com",
            [`${issuer}:sub`]: `repo:${repository ?? "OWNER/REPOSITORY"}:environment:${stage}`,
          },
        },
      },
    ],
  };
}

import { accountId } from "../functions.js";
import type { Operation } from "./answer.js";

export const stsOperations: Record<string, Operation> = {
  GetCallerIdentity: () => ({
    Arn: `arn:aws:iam::${accountId}:user/migrate-remote-local`,
    UserId: "AIDALOCALLOCALLOCALLO",
    Account: accountId,
  }),
};

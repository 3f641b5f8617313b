// stub until the branch lands
import type { ContractName } from "../contract/codec.js";
export interface Target {
  stage: string;
  functionName: string;
  region?: string;
  account?: string;
  contract: ContractName;
  protected: boolean;
  confirmPhrase: string;
  snapshot: { policy: string };
}

import { DescribeAccountAttributesCommand, RDSClient } from "@aws-sdk/client-rds";
import type { ClientSettings } from "../clients.js";
import type { Quota } from "../inspection.js";
import { list, number } from "../rds/values.js";
import type { Sending } from "./make-inspection.js";

const names = { instance: "ManualSnapshots", cluster: "ManualClusterSnapshots" };

export async function readSnapshotQuota(
  settings: ClientSettings,
  kind: "instance" | "cluster",
  sending: Sending,
): Promise<Quota | undefined> {
  const { AccountQuotas } = await new RDSClient(settings).send(
    new DescribeAccountAttributesCommand({}),
    sending,
  );
  const quota = list(AccountQuotas).find(({ AccountQuotaName }) => AccountQuotaName === names[kind]);
  const used = number(quota?.Used);
  const max = number(quota?.Max);
  return used === undefined || max === undefined ? undefined : { used, max };
}

import { allow, arn } from "./arn.js";
import type { IamFacts, PolicyPart } from "./facts.js";

/** An instance or a cluster, in the words of RDS. `*`: any, since only the function knows which. */
export interface DatabaseFacts {
  kind: "instance" | "cluster";
  identifier: string;
}

/** Commands that find the stage's database, and those that look at it. */
const finding = [
  ...["run", "fix-history", "doctor"],
  ...["snapshot create", "snapshot list", "snapshot prune", "snapshot restore"],
];
const looking = [...finding, "attach"];
const snapshotting = ["run", "fix-history", "snapshot create"];

/** What every command with a way back reads, and what making a snapshot takes. */
export function databaseParts(facts: IamFacts, database: DatabaseFacts): PolicyPart[] {
  const { own, snapshots, words } = namesOf(facts, database);
  // Asked for by name, a database is authorized by its own ARN; the instances of a cluster are a list, which is authorized by them all.
  const members = database.kind === "cluster" ? [allInstances(facts)] : [];
  return [
    {
      statement: allow(
        `Describe${words.Name}`,
        members.length === 0
          ? [`rds:Describe${words.api}s`]
          : [`rds:Describe${words.api}s`, "rds:DescribeDBInstances"],
        [own, ...members],
      ),
      purpose: `the ${database.kind}: its state, its address, how far its recovery reaches`,
      commands: looking,
    },
    {
      statement: allow(
        `List${words.Name}Snapshots`,
        [`rds:Describe${words.snapshots}s`],
        [own, arn(facts, "rds", `${words.snapshot}:*`)],
      ),
      purpose: "its snapshots",
      commands: [...looking, "snapshot wait"],
    },
    {
      statement: allow(`Snapshot${words.Name}`, [`rds:Create${words.snapshots}`], [own, snapshots]),
      purpose: "a snapshot before a run, under this stage's names alone",
      commands: snapshotting,
    },
    {
      statement: allow(`Tag${words.Name}Snapshots`, ["rds:AddTagsToResource"], [snapshots], ourTagsAlone),
      purpose: "what a snapshot was made for, as tags",
      commands: snapshotting,
    },
    {
      statement: allow(`Prune${words.Name}Snapshots`, [`rds:Delete${words.snapshots}`], [snapshots], {
        StringEquals: { "aws:ResourceTag/migrate-remote:stage": facts.stage },
      }),
      purpose: "deleting old snapshots of this stage, and none that is not tagged as such",
      commands: ["snapshot prune"],
    },
  ];
}

/** How far point-in-time recovery of an instance reaches; a cluster tells it itself. */
export function recoveryPart(facts: IamFacts, { identifier }: DatabaseFacts): PolicyPart {
  return {
    statement: allow(
      "ReadRecoveryWindow",
      ["rds:DescribeDBInstanceAutomatedBackups"],
      [arn(facts, "rds", `db:${identifier}`), arn(facts, "rds", "auto-backup:*")],
    ),
    purpose: "how far back point-in-time recovery reaches",
    commands: ["run", "fix-history", "snapshot restore"],
  };
}

/** The function may be connected through a proxy, whose address says nothing of the database behind it. */
export function proxyPart(facts: IamFacts): PolicyPart {
  return {
    statement: allow(
      "FindBehindProxy",
      ["rds:DescribeDBProxies", "rds:DescribeDBProxyEndpoints", "rds:DescribeDBProxyTargets"],
      ["db-proxy:*", "db-proxy-endpoint:*", "target-group:*"].map((name) => arn(facts, "rds", name)),
    ),
    purpose: "which database is behind an RDS Proxy; without a proxy it can go",
    commands: finding,
  };
}

/** A new database beside the old one, under the name that a restore gives by itself. */
export function restoreParts(facts: IamFacts, database: DatabaseFacts): PolicyPart[] {
  const { own, snapshots, words, restored } = namesOf(facts, database);
  const rds = (...names: string[]) => names.map((name) => arn(facts, "rds", name));
  const instance = arn(facts, "rds", `db:${restored}`);
  const made = arn(facts, "rds", `${words.resource}:${restored}`);
  const isCluster = database.kind === "cluster";
  const purpose = `a new ${database.kind} from a snapshot or a moment`;
  const commands = ["snapshot restore"];
  return [
    {
      statement: allow(
        `Restore${words.Name}`,
        isCluster
          ? ["rds:RestoreDBClusterFromSnapshot", "rds:RestoreDBClusterToPointInTime"]
          : ["rds:RestoreDBInstanceFromDBSnapshot", "rds:RestoreDBInstanceToPointInTime"],
        [
          own,
          made,
          snapshots,
          ...(isCluster
            ? rds("cluster-auto-backup:*", "cluster-pg:*", "og:*", "subgrp:*")
            : rds("auto-backup:*", "pg:*", "og:*", "subgrp:*")),
        ],
      ),
      purpose,
      commands,
    },
    ...(isCluster
      ? [
          {
            statement: allow(
              "AddWriter",
              ["rds:CreateDBInstance"],
              [instance, made, ...rds("pg:*", "og:*", "subgrp:*", "secgrp:*")],
            ),
            purpose: "the new cluster's first instance",
            commands,
          },
        ]
      : []),
    {
      statement: allow(
        `WatchRestored${words.Name}`,
        [`rds:Describe${words.api}s`, "rds:AddTagsToResource"],
        [...new Set([made, instance])],
      ),
      purpose: `the new ${database.kind} until it is available`,
      commands,
    },
  ];
}

const ourTagsAlone = { "ForAllValues:StringLike": { "aws:TagKeys": ["migrate-remote:*"] } };

const kinds = {
  instance: {
    Name: "Instance",
    api: "DBInstance",
    snapshots: "DBSnapshot",
    resource: "db",
    snapshot: "snapshot",
  },
  cluster: {
    Name: "Cluster",
    api: "DBCluster",
    snapshots: "DBClusterSnapshot",
    resource: "cluster",
    snapshot: "cluster-snapshot",
  },
};

function namesOf(facts: IamFacts, { kind, identifier }: DatabaseFacts) {
  const words = kinds[kind];
  return {
    words,
    own: arn(facts, "rds", `${words.resource}:${identifier}`),
    snapshots: arn(facts, "rds", `${words.snapshot}:${facts.snapshotPrefix[kind]}*`),
    // The time that follows has 16 characters, and RDS takes 63; a long name is cut.
    restored: `${identifier.slice(0, 63 - "-restored-".length - 16).replace(/-+$/, "")}-restored-*`,
  };
}

function allInstances(facts: IamFacts): string {
  return arn(facts, "rds", "db:*");
}

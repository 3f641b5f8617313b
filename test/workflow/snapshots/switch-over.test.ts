import { expect, test } from "vitest";
import type { Target } from "../../../src/config/target.js";
import type { Database } from "../../../src/remote/databases.js";
import { awsRds } from "../../../src/workflow/snapshots/aws-command.js";
import { switchOverSteps } from "../../../src/workflow/snapshots/switch-over.js";

const target: Target = {
  stage: "prod",
  functionName: "migrate",
  functionShortName: "migrate",
  contract: { preset: "migrate-remote" },
  region: "us-west-2",
  profile: "prod",
  protected: true,
  confirmPhrase: "migrate-production",
  snapshot: { kind: "required" },
  keepSnapshotsSeconds: 1,
  silencedRules: [],
  warnings: [],
};

const restored = (kind: Database["kind"]): Database => ({
  kind,
  identifier: "shop-new",
  status: "available",
  endpoints: [{ host: "shop-new.abc.us-west-2.rds.amazonaws.com", port: 5432 }],
  members: [],
  backupRetentionDays: 7,
});

const commands = (kind: Database["kind"], of: Target = target) =>
  switchOverSteps(of, { kind, identifier: "shop" }, restored(kind)).flatMap(({ command }) => command ?? []);

test("an instance's names are swapped by commands of the stage's region and profile", () => {
  const where = "--region us-west-2 --profile prod";
  expect(commands("instance")).toEqual([
    `aws rds modify-db-instance --db-instance-identifier shop --new-db-instance-identifier shop-old --apply-immediately ${where}`,
    `aws rds modify-db-instance --db-instance-identifier shop-new --new-db-instance-identifier shop --apply-immediately ${where}`,
    "migrate-remote status --stage prod",
    `aws rds delete-db-instance --db-instance-identifier shop-old --final-db-snapshot-identifier shop-old-final ${where}`,
  ]);
});

test("a cluster has commands of its own", () => {
  expect(commands("cluster")[0]).toContain(
    "modify-db-cluster --db-cluster-identifier shop --new-db-cluster-identifier shop-old",
  );
});

test("the way without renaming names the new address", () => {
  const text = switchOverSteps(target, { kind: "instance", identifier: "shop" }, restored("instance"))
    .map(({ text }) => text)
    .join("\n");
  expect(text).toContain("connect to shop-new.abc.us-west-2.rds.amazonaws.com:5432");
});

test("a local stage's steps have no AWS in them", () => {
  const local = { handler: "h.h", database: "embedded", timeout: 1, memory: 128, environment: {} };
  const steps = switchOverSteps(
    { ...target, local },
    { kind: "instance", identifier: "shop", databaseName: "shop" },
    { ...restored("instance"), databaseName: "shop_new" },
  );
  expect(JSON.stringify(steps)).not.toContain("aws rds");
  const connect = "PGSERVICEFILE=.migrate-remote/pg_service.conf psql";
  expect(steps.map(({ command }) => command)).toEqual([
    "migrate-remote logs --follow --stage prod",
    `${connect} 'service=migrate-remote dbname=shop_new'`,
    `${connect} -1 -c 'ALTER DATABASE "shop" RENAME TO "shop_old"' -c 'ALTER DATABASE "shop_new" RENAME TO "shop"' 'service=migrate-remote dbname=postgres'`,
    "migrate-remote status --stage prod",
  ]);
});

test("a server of one's own is swapped in SQL, and names are quoted as PostgreSQL reads them", () => {
  const database = "postgresql://me:secret@127.0.0.1:5/shop";
  const steps = switchOverSteps(
    { ...target, local: { handler: "h.h", database, timeout: 1, memory: 128, environment: {} } },
    { kind: "instance", identifier: "shop", databaseName: 'My "shop"' },
    { ...restored("instance"), databaseName: "shop_new" },
  );
  expect(steps[0]?.text).toContain("in database shop_new on");
  expect(steps[1]?.command).toBe(
    'BEGIN; ALTER DATABASE "My ""shop""" RENAME TO "My ""shop""_old"; ALTER DATABASE "shop_new" RENAME TO "My ""shop"""; COMMIT;',
  );
  expect(JSON.stringify(steps)).not.toContain("secret");
});

test("what a shell would read otherwise is quoted", () => {
  expect(awsRds({ profile: "it's mine", endpoint: "http://127.0.0.1:1" }, ["describe-db-instances"])).toBe(
    "aws rds describe-db-instances --profile 'it'\\''s mine' --endpoint-url http://127.0.0.1:1",
  );
});

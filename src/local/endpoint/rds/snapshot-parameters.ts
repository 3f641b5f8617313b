import * as z from "zod";
import { bool, identifier, listing, reference, tags } from "./parameters.js";

/** The parameters of the calls about snapshots, for both kinds under one name each. */
export const snapshotParameters = {
  instance: {
    create: z
      .strictObject({
        DBSnapshotIdentifier: identifier(255),
        DBInstanceIdentifier: reference,
        Tags: tags.default([]),
      })
      .transform(({ DBSnapshotIdentifier: name, DBInstanceIdentifier: of, Tags }) => ({
        name,
        of,
        tags: Tags,
      })),
    describe: z
      .strictObject({
        DBSnapshotIdentifier: reference.optional(),
        DBInstanceIdentifier: reference.optional(),
        DbiResourceId: z.string().optional(),
        ...described(),
      })
      .transform(
        ({ DBSnapshotIdentifier: name, DBInstanceIdentifier: of, DbiResourceId: resource, ...rest }) => ({
          ...{ name, of, resource },
          ...rest,
        }),
      ),
    delete: z
      .strictObject({ DBSnapshotIdentifier: reference })
      .transform(({ DBSnapshotIdentifier: name }) => ({ name })),
  },
  cluster: {
    create: z
      .strictObject({
        DBClusterSnapshotIdentifier: identifier(63),
        DBClusterIdentifier: reference,
        Tags: tags.default([]),
      })
      .transform(({ DBClusterSnapshotIdentifier: name, DBClusterIdentifier: of, Tags }) => ({
        ...{ name, of, tags: Tags },
      })),
    describe: z
      .strictObject({
        DBClusterSnapshotIdentifier: reference.optional(),
        DBClusterIdentifier: reference.optional(),
        DbClusterResourceId: z.string().optional(),
        ...described(),
      })
      .transform(
        ({
          DBClusterSnapshotIdentifier: name,
          DBClusterIdentifier: of,
          DbClusterResourceId: resource,
          ...rest
        }) => ({
          ...{ name, of, resource },
          ...rest,
        }),
      ),
    delete: z
      .strictObject({ DBClusterSnapshotIdentifier: reference })
      .transform(({ DBClusterSnapshotIdentifier: name }) => ({ name })),
  },
};

function described() {
  return {
    SnapshotType: z.enum(["manual", "automated", "awsbackup", "shared", "public"]).default("manual"),
    // There are no others' snapshots here, whether they are asked for or not.
    IncludeShared: bool.optional(),
    IncludePublic: bool.optional(),
    ...listing,
  };
}

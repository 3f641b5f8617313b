/** RDS, as far as a way back needs it. Instances and clusters (Aurora) have calls of their own there and one shape here. */
export interface Databases {
  /** @throws RemoteError `database_not_found` */
  describe(database: DatabaseRef, options?: CallOptions): Promise<Database>;
  /**
   * How far point-in-time recovery reaches; undefined where it is off or has not begun.
   *
   * @throws RemoteError `database_not_found`
   */
  recoveryWindow(database: DatabaseRef, options?: CallOptions): Promise<RecoveryWindow | undefined>;
  /** The manual snapshots of one database, newest first. */
  snapshots(database: DatabaseRef, options?: CallOptions): Promise<Snapshot[]>;
  /** Undefined: there is none of this name. */
  snapshot(reference: SnapshotRef, options?: CallOptions): Promise<Snapshot | undefined>;
  /**
   * Asks for a snapshot, which RDS begins to make. Sent again by itself where the network failed: then the name may be taken by the
   * first request.
   *
   * @throws RemoteError `snapshot_exists`, `snapshot_quota_exceeded`, `database_not_ready`, `database_not_found`
   */
  createSnapshot(request: SnapshotRequest, options?: CallOptions): Promise<Snapshot>;
  /** Adds tags; those of the same key are replaced. */
  tagSnapshot(snapshot: Snapshot, tags: Tags, options?: CallOptions): Promise<void>;
  /** @throws RemoteError `snapshot_not_found`, `snapshot_not_ready` */
  deleteSnapshot(reference: SnapshotRef, options?: CallOptions): Promise<void>;
  /**
   * Makes a new database with the original's class, subnet group, security groups, parameter group and the like. Never overwrites. What
   * comes back is `creating`; an Aurora cluster has no instance yet then, see completeRestore.
   *
   * @throws RemoteError `database_exists`, `snapshot_not_found`, `snapshot_not_ready`, `database_not_found` (the original),
   * `database_quota_exceeded`, `restore_impossible`, `key_inaccessible`
   */
  restore(request: RestoreRequest, options?: CallOptions): Promise<Database>;
  /**
   * To be called when what `restore` made is `available`: an Aurora cluster takes instances only then, and gets a writer like the
   * original's. Does nothing where nothing is missing, so it may be called again.
   *
   * @throws RemoteError `database_not_ready` (the cluster is not available yet), `database_not_found`, `database_quota_exceeded`
   */
  completeRestore(request: RestoreRequest, options?: CallOptions): Promise<Database>;
  /** The databases behind the RDS Proxy at this host; undefined where no proxy of this account and region has it. */
  behindProxy(host: string, options?: CallOptions): Promise<DatabaseRef[] | undefined>;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export type DatabaseKind = "instance" | "cluster";

export interface DatabaseRef {
  kind: DatabaseKind;
  identifier: string;
}

export interface SnapshotRef {
  kind: DatabaseKind;
  id: string;
}

export interface Database extends DatabaseRef {
  /** `available`, `backing-up`, `stopped`, …: RDS's own word. */
  status: string;
  engine?: string;
  /** Every address that leads to its data: a cluster's writer, reader, custom endpoints and instances. Host names in lower case. */
  endpoints: Endpoint[];
  /** The cluster that an instance belongs to: then only the cluster can be snapshotted. */
  cluster?: string;
  /** A cluster's instances, the writer first. */
  members: { identifier: string; status: string }[];
  /** 0: point-in-time recovery is off. */
  backupRetentionDays: number;
  /** The database that it was made with, where RDS knows. */
  databaseName?: string;
}

/** ISO 8601, UTC. A database can be made anew as it was at any moment in between. */
export interface RecoveryWindow {
  /** Absent where RDS does not tell it. */
  earliest?: string;
  latest: string;
}

export interface Endpoint {
  host: string;
  port?: number;
}

export type Tags = Readonly<Record<string, string>>;

export interface Snapshot extends SnapshotRef {
  /** The instance or cluster that it was taken of. */
  database: string;
  /** `creating`, `available`, `failed`, `deleting`, …: RDS's own word. */
  status: string;
  /** 0 to 100. */
  percent: number;
  /** ISO 8601, UTC: the moment whose data it holds. Absent until RDS has begun. */
  createdAt?: string;
  /** Storage of the database, GiB. */
  sizeGiB?: number;
  engine?: string;
  tags: Tags;
  arn?: string;
}

export interface SnapshotRequest {
  database: DatabaseRef;
  id: string;
  tags: Tags;
}

export interface RestoreRequest {
  /** What the new one shall be like. */
  original: DatabaseRef;
  /** The new identifier. */
  identifier: string;
  /** From a snapshot, or as the original was at a moment (ISO 8601) within its recovery window. */
  from: { snapshot: string } | { moment: string };
  tags: Tags;
}

/** What migrations do to indexes and foreign keys, whatever they are written in. Names without a schema. */
export interface SchemaFacts {
  foreignKeys: { table: string; columns: string[]; line: number }[];
  /** Indexes, primary keys and unique constraints: what PostgreSQL can look columns up in. */
  indexes: { table: string; columns: string[] }[];
}

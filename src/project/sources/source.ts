import type { SourceRevision } from "../project.js";

/** What a repository's migrations are, and the files that could not be read as one. */
export interface RevisionSource {
  /** Each behind those that it needs. */
  revisions: SourceRevision[];
  unreadable: UnreadableFile[];
}

export interface UnreadableFile {
  /** Absolute. */
  file: string;
  /** From 1. */
  line?: number;
  /** What is wrong with it, as the end of a sentence: `it has no revision`. */
  message: string;
}

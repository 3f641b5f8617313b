/** One word that may stand at the cursor. */
export interface Candidate {
  value: string;
  /** A few words on it, for shells that show them. */
  about?: string;
}

/** What a shell is told: words to choose from, or that it is a matter of files, which shells know better. */
export interface Answer {
  kind: "words" | "files" | "folders";
  /** What of the word at the cursor is not the file's: `--config=`. */
  prefix: string;
  candidates: Candidate[];
}

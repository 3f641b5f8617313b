export interface LocalResult {
  command: "local";
}

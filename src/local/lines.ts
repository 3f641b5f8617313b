import { StringDecoder } from "node:string_decoder";

/** Cuts a stream of bytes into lines; a line longer than `limit` is cut into several. */
export function createLineSplitter(limit = 256 * 1024) {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return {
    write(chunk: Buffer): string[] {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      const cut = lines.flatMap((line) => pieces(line, limit));
      while (rest.length > limit) {
        cut.push(rest.slice(0, limit));
        rest = rest.slice(limit);
      }
      return cut;
    },
    /** What came without a line end is a line too, once nothing more will come. */
    end(): string[] {
      const last = rest + decoder.end();
      rest = "";
      return last === "" ? [] : [last];
    },
  };
}

function pieces(line: string, limit: number): string[] {
  if (line.length <= limit) return [line];
  return [line.slice(0, limit), ...pieces(line.slice(limit), limit)];
}

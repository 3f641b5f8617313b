// What the bundle makes of the AWS SDK: what is asked for of it, and what that needs of Node when it does.
import { readFile } from "node:fs/promises";
import { patched } from "./patched.mjs";

/**
 * What the SDK knows of hundreds of operations is laid out with names in variables, `{[_h]: …}`. Nobody but who runs it knows that making such an
 * object does nothing else, so all of it would stay; with the names written out the bundle has what is asked for.
 */
export const namesWrittenOut = {
  name: "names-written-out",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const names = new Map(
        [...source.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map((match) => [match[1], match[2]]),
      );
      const contents = source.replace(/\[(_\w+)\]:/g, (key, name) =>
        names.has(name) ? `${names.get(name)}:` : key,
      );
      return { contents, loader: "js" };
    });
  },
};

/**
 * Node's own modules that most commands never get to: TLS, where an endpoint on this machine is asked without it, and zlib, from which comes a
 * checksum that no operation of ours uses and that the SDK has in JavaScript too. Each takes 4 ms to load.
 */
export const nodeLater = {
  name: "node-later",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node-http-handler[\\/]dist-es[\\/]node-https\.js$/ }, () => ({
      contents: `export const node_https = {
        get Agent() { return require("node:https").Agent; },
        get request() { return require("node:https").request; },
      };`,
      loader: "js",
    }));
    onLoad({ filter: /[\\/]node-http-handler[\\/]dist-es[\\/]node-http-handler\.js$/ }, ({ path }) =>
      patched(path, [["httpsAgent instanceof node_https.Agent || typeof", "typeof"]]),
    );
    onLoad({ filter: /[\\/]crc32[\\/]Crc32Node\.js$/ }, ({ path }) =>
      patched(path, [
        ['import * as zlib from "node:zlib";', ""],
        ['typeof zlib.crc32 === "function" ? zlib.crc32 : undefined', "undefined"],
      ]),
    );
  },
};

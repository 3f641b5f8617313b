/** The version of package.json, written out: a handler is bundled into Lambdas that do not carry that file. A test compares them. */
export const version = "0.1.0";

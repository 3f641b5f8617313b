import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { accountId, type FunctionDefinition, functionArn, logGroupOf } from "../functions.js";
import { codeOf, findHandler } from "../handler-file.js";

/** GetFunctionConfiguration's answer: what there is of a real function, nothing that there is not. */
export async function describeFunction(definition: FunctionDefinition) {
  const handler = findHandler(definition.root, definition.handler);
  const code = codeOf(handler);
  return {
    FunctionName: definition.name,
    FunctionArn: functionArn(definition.name),
    Runtime: handler.language === "node" ? nodeRuntime() : await pythonRuntime(definition),
    Role: `arn:aws:iam::${accountId}:role/migrate-remote-local`,
    Handler: definition.handler,
    CodeSize: code.size,
    Description: "",
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memoryMb,
    LastModified: code.lastModified.toISOString().replace("Z", "+0000"),
    CodeSha256: code.sha256,
    Version: "$LATEST",
    // What the function sets, not what it is given: the database's URL holds a password.
    Environment: { Variables: definition.environment },
    TracingConfig: { Mode: "PassThrough" },
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Architectures: [process.arch === "arm64" ? "arm64" : "x86_64"],
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: "Text", LogGroup: logGroupOf(definition.name) },
  };
}

function nodeRuntime(): string {
  return `nodejs${process.versions.node.split(".")[0]}.x`;
}

async function pythonRuntime(definition: FunctionDefinition): Promise<string> {
  const print = "import sys; print('python%d.%d' % sys.version_info[:2])";
  const { stdout } = await promisify(execFile)("python3", ["-c", print], {
    cwd: definition.root,
    env: definition.hostEnvironment,
  });
  return stdout.trim();
}

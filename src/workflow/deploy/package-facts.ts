import { Failure } from "../../contract/failure.js";
import type { Package } from "../../project/package/pack.js";
import type { DeployResult } from "../results/deploy.js";
import type { StageContext } from "../stage-context.js";

/** What a result says of a package. */
export function packageFacts({
  zip,
  codeSha256,
  files,
  bytes,
  leftOut,
}: Package): Pick<DeployResult, "codeSha256" | "fileCount" | "bytes" | "zipBytes" | "leftOut"> {
  return { codeSha256, fileCount: files.length, bytes, zipBytes: zip.byteLength, leftOut };
}

/** `12 files, 1.2 MB zipped`. */
export function sizes({ files, zip }: Package): string {
  return `${files.length} ${files.length === 1 ? "file" : "files"}, ${megabytes(zip.byteLength)} zipped`;
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What Lambda takes in one request; more comes by way of S3. */
const mostZipped = 50 * 1024 * 1024;

export function tooLarge({ target }: StageContext, packed: Package): Failure | undefined {
  if (packed.zip.byteLength <= mostZipped) return undefined;
  const { stage, functionName, region } = target;
  const inRegion = region === undefined ? "" : ` --region ${region}`;
  return new Failure(
    "package_too_large",
    `The package has ${megabytes(packed.zip.byteLength)} zipped, and Lambda takes 50 MB directly. Nothing was sent.`,
    {
      category: "usage",
      hint: [
        "Leave out what the function does not need, or send it by way of S3:",
        `  migrate-remote deploy --stage ${stage} --out package.zip`,
        `  aws s3 cp package.zip s3://BUCKET/package.zip${inRegion}`,
        `  aws lambda update-function-code --function-name ${functionName} --s3-bucket BUCKET --s3-key package.zip${inRegion}`,
        "Deploying again then finds the code there, and checks it.",
      ].join("\n"),
    },
  );
}

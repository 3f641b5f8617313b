import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { isOurs, othersWrite } from "./folder.js";

const sumBytes = 4;
const forReading = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * What was kept under this path; undefined where there is nothing, or nothing to be trusted. V8 believes what it is given, and damaged data
 * would end the process: a sum stands behind it.
 */
export function readEntry(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, forReading);
  } catch {
    return undefined;
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile() || !isOurs(facts) || othersWrite(facts) || facts.size <= sumBytes) return undefined;
    const bytes = readFileSync(file);
    const data = bytes.subarray(0, -sumBytes);
    return bytes.readUInt32LE(data.length) === sumOf(data) ? data : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Whole or not at all, also where two write at the same time. What `made` gives is asked for only where there is a file to write it to; throws where there is none. */
export function writeEntry(path: string, made: () => Buffer): void {
  const unfinished = `${path}.${process.pid}`;
  const file = openSync(unfinished, "wx", 0o600);
  try {
    try {
      const data = made();
      const sum = Buffer.alloc(sumBytes);
      sum.writeUInt32LE(sumOf(data));
      writeFileSync(file, Buffer.concat([data, sum]));
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Loaded when it is needed: most of what a command loads is loaded for it. */
function sumOf(data: Uint8Array): number {
  return process.getBuiltinModule("node:zlib").crc32(data);
}

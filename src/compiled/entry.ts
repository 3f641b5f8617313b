import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { isOurs, othersWrite } from "./folder.js";

const forReading = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * What was kept under this path; undefined where there is nothing, or nothing to be trusted. V8 believes what it is given, and damaged data
 * would end the process. So it stands there twice: Node's own sums are in a module that takes longer to load than all this saves.
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
    if (!facts.isFile() || !isOurs(facts) || othersWrite(facts)) return undefined;
    const data = Buffer.allocUnsafeSlow(facts.size / 2);
    return data.length > 0 && standsTwice(file, data) ? data : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Fills `data` with the first half. The second is looked at piece by piece: what is read of it stays in memory for as long as the command. */
function standsTwice(file: number, data: Buffer): boolean {
  if (readSync(file, data, 0, data.length, 0) !== data.length) return false;
  const piece = Buffer.allocUnsafe(Math.min(data.length, pieceBytes));
  for (let at = 0; at < data.length; at += piece.length) {
    const length = readSync(file, piece, 0, piece.length, data.length + at);
    const isSame = piece.subarray(0, length).equals(data.subarray(at, at + piece.length));
    if (!isSame) return false;
  }
  return true;
}

const pieceBytes = 128 * 1024;

/** Whole or not at all, also where two write at the same time. What `made` gives is asked for only where there is a file to write it to; throws where there is none. */
export function writeEntry(path: string, made: () => Buffer): void {
  const unfinished = `${path}.${process.pid}`;
  const file = openSync(unfinished, "wx", 0o600);
  try {
    try {
      const data = made();
      writeFileSync(file, Buffer.concat([data, data]));
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

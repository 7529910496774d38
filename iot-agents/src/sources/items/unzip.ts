import { setImmediate } from 'node:timers/promises';
import { Unzip, UnzipInflate } from 'fflate';
import { SourceError } from '../../outgoing/remote-error.ts';

/** The maximum compression ratio: tables rarely compress to less than a twentieth. */
const MAX_TIMES = 50;
const ALWAYS_BYTES = 16 * 1024 * 1024;
const MAX_BYTES = 1024 * 1024 * 1024;
/** Compressed bytes that are unpacked in one turn: in the worst case they expand a thousandfold. */
const STEP = 16 * 1024;

/**
 * Unpacks the wanted files, whatever their folder. Their declared sizes are not trusted: the bytes are counted
 * during unpacking.
 *
 * @throws SourceError it is not a zip, or unpacks to more than is plausible
 */
export async function unzip(zip: Uint8Array, isWanted: (name: string) => boolean): Promise<Map<string, Uint8Array>> {
  if (!isZip(zip)) throw new SourceError('the file is not a zip file');
  const most = Math.min(MAX_BYTES, ALWAYS_BYTES + zip.length * MAX_TIMES);
  const files = new Map<string, Uint8Array[]>();
  let bytes = 0;
  const archive = new Unzip((file) => {
    const name = file.name.slice(file.name.lastIndexOf('/') + 1);
    if (!isWanted(name)) return;
    const chunks: Uint8Array[] = [];
    files.set(name, chunks);
    file.ondata = (error, chunk) => {
      if (error) throw error;
      bytes += chunk.length;
      if (bytes > most) {
        throw new SourceError(`the file unpacks to more than ${most} bytes, packed it has ${zip.length}`);
      }
      chunks.push(chunk);
    };
    file.start();
  });
  archive.register(UnzipInflate);
  try {
    for (let at = 0; at < zip.length; at += STEP) {
      archive.push(zip.subarray(at, at + STEP), at + STEP >= zip.length);
      await setImmediate();
    }
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    throw new SourceError(`the file is not a zip file: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  return new Map([...files].map(([name, chunks]) => [name, Buffer.concat(chunks)]));
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

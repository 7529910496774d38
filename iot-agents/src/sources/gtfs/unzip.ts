import { setImmediate } from 'node:timers/promises';
import { Unzip, UnzipInflate } from 'fflate';
import { SourceError } from '../../outgoing/remote-error.ts';

/** Tables as CSV are rarely packed to less than a twentieth. */
const MOST_TIMES = 50;
const ALWAYS_BYTES = 16 * 1024 * 1024;
const MOST_BYTES = 1024 * 1024 * 1024;
/** Packed bytes that are unpacked in one turn: at worst they become a thousand times as many. */
const STEP = 16 * 1024;

/**
 * Unpacks the files of these names, whatever folder they lie in. What they say of their size is not believed: the bytes
 * are counted as they come.
 *
 * @throws SourceError it is no zip, or unpacks to more than such an archive should
 */
export async function unzip(zip: Uint8Array, wanted: ReadonlySet<string>): Promise<Map<string, Uint8Array>> {
  if (!isZip(zip)) throw new SourceError('the feed is no zip');
  const most = Math.min(MOST_BYTES, ALWAYS_BYTES + zip.length * MOST_TIMES);
  const files = new Map<string, Uint8Array[]>();
  let bytes = 0;
  const archive = new Unzip((file) => {
    const name = file.name.slice(file.name.lastIndexOf('/') + 1);
    if (!wanted.has(name)) return;
    const chunks: Uint8Array[] = [];
    files.set(name, chunks);
    file.ondata = (error, chunk) => {
      if (error) throw error;
      bytes += chunk.length;
      if (bytes > most) {
        throw new SourceError(`the feed unpacks to more than ${most} bytes, packed it has ${zip.length}`);
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
    throw new SourceError(`the feed is no zip: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  return new Map([...files].map(([name, chunks]) => [name, Buffer.concat(chunks)]));
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

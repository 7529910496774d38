/*
 * The tar format (POSIX ustar), for regular files with short names. Entries are read one by one in bounded memory, and
 * nothing is ever unpacked to a path, so that the names in an archive lead nowhere.
 */

const BLOCK = 512;
/** More than any part that an export writes. */
const MAX_ENTRY = 64 * 1024 * 1024;
const NAME = /^[a-z0-9][\w.-]*(?:\/[\w.-]*[\w-])*$/i;

/** The archive can't be read. */
export class ArchiveError extends Error {}

export interface TarEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A file in the archive, with its header. */
export function tarEntry(name: string, bytes: Buffer, at: Date): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write('0000600\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${octal(bytes.length, 11)}\0`, 124);
  header.write(`${octal(Math.floor(at.getTime() / 1000), 11)}\0`, 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  header.write(`${octal(sumOf(header), 6)}\0 `, 148);
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, bytes, padding]);
}

export const TAR_END = Buffer.alloc(2 * BLOCK);

/** The files of an archive, in order. @throws ArchiveError */
export async function* tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const pieces = source[Symbol.asyncIterator]();
  try {
    yield* entriesOf(reader(pieces));
  } finally {
    await pieces.return?.();
  }
}

async function* entriesOf(read: (size: number) => Promise<Buffer | undefined>): AsyncGenerator<TarEntry> {
  for (;;) {
    const header = await read(BLOCK);
    if (header === undefined) throw new ArchiveError('it is cut off');
    if (header.every((byte) => byte === 0)) return;
    const name = textOf(header, 0, 100);
    const given = Number.parseInt(textOf(header, 148, 8), 8);
    header.fill(0x20, 148, 156);
    if (given !== sumOf(header) || textOf(header, 257, 5) !== 'ustar')
      throw new ArchiveError('it is not a tar archive');
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind !== '0' || textOf(header, 345, 155) !== '' || !NAME.test(name) || name.includes('..')) {
      throw new ArchiveError(`entry ${JSON.stringify(name)}: expected a regular file with a plain name`);
    }
    const size = Number.parseInt(textOf(header, 124, 12), 8);
    if (!(size >= 0 && size <= MAX_ENTRY)) {
      throw new ArchiveError(`entry ${name}: got ${size} bytes, expected at most ${MAX_ENTRY}`);
    }
    const padded = await read(Math.ceil(size / BLOCK) * BLOCK);
    if (padded === undefined) throw new ArchiveError('it is cut off');
    yield { name, bytes: padded.subarray(0, size) };
  }
}

/** Reads a number of bytes; undefined: there are fewer. */
function reader(pieces: AsyncIterator<Uint8Array>) {
  let held: Uint8Array[] = [];
  let length = 0;
  return async (size: number): Promise<Buffer | undefined> => {
    while (length < size) {
      const next = await pieces.next();
      if (next.done) return undefined;
      held.push(next.value);
      length += next.value.length;
    }
    const all = Buffer.concat(held);
    held = [all.subarray(size)];
    length -= size;
    return Buffer.from(all.subarray(0, size));
  };
}

function textOf(header: Buffer, begin: number, length: number): string {
  const [text = ''] = header.toString('latin1', begin, begin + length).split('\0');
  return text.trim();
}

function sumOf(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0);
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');

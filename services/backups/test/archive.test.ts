import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ArchiveWriter, checkedManifest, contentsOf, FORMAT } from '../src/leaving/archive.ts';
import { TAR_END, tarEntry } from '../src/leaving/tar.ts';

const HEAD = {
  format: FORMAT,
  product: '1.2.3',
  tenant: 'thil',
  createdAt: '2026-03-04T05:06:07.000Z',
  hasSecrets: false,
  numbers: {},
};
const AT = new Date(HEAD.createdAt);
const MIB = 1024 * 1024;

async function archive(): Promise<Buffer> {
  const writer = new ArchiveWriter(HEAD);
  const pieces = [writer.begin()];
  writer.table('entity', ['id']);
  await writer.row('{"id":"a"}');
  pieces.push((await writer.endOfTable()) ?? Buffer.alloc(0), writer.file('photo', Buffer.from('bytes')));
  return Buffer.concat([...pieces, writer.end([]).bytes]);
}

/** In pieces whose borders are nowhere in particular. */
async function* read(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}

test('an archive is read as it was written', async () => {
  const bytes = await archive();
  const manifest = await checkedManifest(read(bytes));
  assert.deepEqual(manifest.tables, [{ table: 'entity', rows: 1, columns: ['id'] }]);
  assert.deepEqual(await Array.fromAsync(contentsOf(read(bytes))), [
    { kind: 'rows', table: 'entity', rows: ['{"id":"a"}'] },
    { kind: 'file', id: 'photo', bytes: Buffer.from('bytes') },
  ]);
});

test('a damaged, changed, forged or later archive is refused with the reason', async () => {
  const bytes = await archive();
  const part = bytes.indexOf('tables/');
  const head = (change: object) =>
    Buffer.concat([tarEntry('archive.json', Buffer.from(JSON.stringify({ ...HEAD, ...change })), AT), TAR_END]);
  const withEntry = (name: string, kind = '0') => {
    const entry = tarEntry(name, Buffer.from('x'), AT);
    entry.write(kind, 156);
    return Buffer.concat([bytes.subarray(0, part), summed(entry), bytes.subarray(part)]);
  };
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [bytes.subarray(0, 2000), /^ArchiveError: it is cut off$|^Error: it is cut off$/],
    [Buffer.concat([bytes.subarray(0, bytes.indexOf('manifest.json')), TAR_END]), /incomplete: there is no manifest/],
    [changed(bytes, part + 520), /tables\/entity\/000001\.ndjson\.gz was changed: its SHA-256/],
    [changed(bytes, part + 1), /it is not a tar archive/],
    [Buffer.from('no archive'.padEnd(4096)), /it is not a tar archive/],
    [withEntry('../../etc/passwd'), /expected a regular file with a plain name/],
    [withEntry('/etc/passwd'), /expected a regular file with a plain name/],
    [withEntry('files/../../x'), /expected a regular file with a plain name/],
    [withEntry('files/link', '2'), /expected a regular file with a plain name/],
    [withEntry('files/other'), /files\/other is not in manifest\.json/],
    [withEntry('notes.txt'), /entry notes\.txt is none of this format/],
    [
      Buffer.concat([bytes.subarray(0, part), bytes.subarray(part, part + 1024), bytes.subarray(part)]),
      /is there twice/,
    ],
    [head({ format: 2, product: '9.0.0' }), /format: got 2, expected 1: version 9\.0\.0 of the product made it/],
    [head({ tenant: 7 }), /archive\.json: a member is missing/],
    [head({ numbers: { 'history.n': { min: '0) OR (1=1', max: '1' } } }), /archive\.json: a member is missing/],
    [
      Buffer.concat([bytes.subarray(0, -1024), tarEntry('files/late', Buffer.from('x'), AT), TAR_END]),
      /follows manifest\.json/,
    ],
  ];
  for (const [given, because] of cases) await assert.rejects(checkedManifest(read(given)), because);
});

test('a small part that unpacks to gigabytes, and an entry that claims them, are refused', async () => {
  const bomb = gzipSync(Buffer.alloc(129 * MIB), { level: 1 });
  const packed = Buffer.concat([tarEntry('tables/entity/000001.ndjson.gz', bomb, AT), TAR_END]);
  await assert.rejects(Array.fromAsync(contentsOf(read(packed))), /can't be unpacked, or has more than \d+ bytes/);
  const claims = tarEntry('files/large', Buffer.alloc(0), AT);
  claims.write('77777777777\0', 124);
  await assert.rejects(checkedManifest(read(summed(claims))), /got 8589934591 bytes, expected at most/);
});

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** With a checksum that is right again. */
function summed(entry: Buffer): Buffer {
  entry.fill(0x20, 148, 156);
  const sum = entry.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  entry.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return entry;
}

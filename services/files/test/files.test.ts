import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import sharp from 'sharp';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { quietestRun } from '../../kit/test/support/busiest-turn.ts';
import { blurred } from '../src/content/blur.ts';
import { type FilePort, type FileServiceOptions, fileService } from '../src/service.ts';

/** What the files of these tests belong to. */
const BENCH = 'urn:ngsi-ld:Bench:1';
const GPS = { IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '49/1 28/1 12/1' }, IFD0: { Artist: 'Camille Exemple' } };

test('no metadata is served, for every input and output format', async (t) => {
  const { upload, fetch } = await startFiles(t);
  const picture = await photo(400, 300);
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const) {
    const given = await sharp(picture)
      .withExif(GPS)
      .withXmp('<x:xmpmeta>secret</x:xmpmeta>')
      .toFormat(format)
      .toBuffer();
    const { exif: before, xmp: beside } = await sharp(given).metadata();
    assert.ok(before ?? beside, `${format} comes with metadata`);
    const { status, body } = await upload(given);
    assert.equal(status, 201, JSON.stringify(body));
    for (const served of ['avif', 'webp', 'jpeg']) {
      const bytes = await fetch(`${body.url}?format=${served}&width=320`);
      const { exif, xmp, iptc, icc, ...metadata } = await sharp(bytes).metadata();
      assert.deepEqual({ exif, xmp, iptc, icc }, { exif: undefined, xmp: undefined, iptc: undefined, icc: undefined });
      assert.equal(metadata.width, 320);
      assert.doesNotMatch(bytes.toString('latin1'), /GPS|Camille|secret|Exif\0\0/, `${format} served as ${served}`);
    }
  }
});

test('a photo is rotated and mirrored as its EXIF says', async (t) => {
  const { upload, fetch } = await startFiles(t);
  const quarter = (background: string) =>
    sharp({ create: { width: 160, height: 120, channels: 3, background } })
      .png()
      .toBuffer();
  const [red, blue] = [await quarter('#f00'), await quarter('#00f')];
  const picture = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#fff' } })
    .composite([
      { input: red, left: 0, top: 0 },
      { input: blue, left: 240, top: 0 },
    ])
    .png()
    .toBuffer();
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    const turned = await sharp(picture).withMetadata({ orientation }).jpeg().toBuffer();
    const { body } = await upload(turned);
    assert.deepEqual([body.width, body.height], orientation < 5 ? [400, 300] : [300, 400], String(orientation));
    const corners = (bytes: Buffer) => sharp(bytes).autoOrient().resize(2, 2, { fit: 'fill' }).raw().toBuffer();
    const [shown, expected] = [await corners(await fetch(`${body.url}?format=jpeg&width=960`)), await corners(turned)];
    const most = Math.max(...shown.map((value, i) => Math.abs(value - (expected[i] ?? 0))));
    assert.ok(most < 30, `${orientation}: ${most}`);
  }
});

test('blurred areas are unrecognisable, and nothing else is changed', async () => {
  const raw = { width: 240, height: 120, channels: 3 } as const;
  const noise = await sharp(randomBytes(240 * 120 * 3), { raw })
    .png()
    .toBuffer();
  // The second area extends beyond the edge.
  const areas = [
    { x: 0.1, y: 0.2, width: 0.25, height: 0.5 },
    { x: 0.9, y: 0.9, width: 1, height: 1 },
  ];
  const bytes = await blurred(noise, areas);
  const [before, after] = await Promise.all([noise, bytes].map((each) => sharp(each).removeAlpha().raw().toBuffer()));
  assert.ok(before && after);
  const coloursIn = (pixels: Buffer, [left, top, right, bottom]: readonly [number, number, number, number]) => {
    const colours = new Set<number>();
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) colours.add(pixels.readUIntBE((y * 240 + x) * 3, 3));
    return colours.size;
  };
  assert.ok(coloursIn(before, [24, 24, 84, 84]) > 3000);
  assert.ok(coloursIn(after, [24, 24, 84, 84]) <= 36);
  assert.ok(coloursIn(after, [216, 108, 240, 120]) <= 36);
  assert.deepEqual(after.subarray(0, 24 * 240 * 3), before.subarray(0, 24 * 240 * 3));
});

test('a photo of 10 MB is served in less than 300 kB', async (t) => {
  const { upload, fetch } = await startFiles(t);
  // Noise is the hardest image to compress.
  const raw = { width: 4000, height: 3000, channels: 3 } as const;
  const large = await sharp(randomBytes(4000 * 3000 * 3), { raw })
    .jpeg({ quality: 93 })
    .toBuffer();
  assert.ok(large.length > 10e6, `${large.length} bytes`);
  const uploaded = await upload(large);
  assert.equal(uploaded.status, 201, JSON.stringify(uploaded.body));
  const { body } = uploaded;
  for (const format of ['avif', 'webp', 'jpeg']) {
    const { length } = await fetch(`${body.url}?format=${format}&width=1600`);
    assert.ok(length <= 300_000, `${format}: ${length} bytes`);
  }
});

test('a file that is not a photo or a document, or has executable content, is refused by its content', async (t) => {
  const { upload, folder } = await startFiles(t);
  const jpeg = await sharp(await photo(40, 30))
    .jpeg()
    .toBuffer();
  const pdf = (inside: string) => Buffer.from(`%PDF-1.7\n1 0 obj <<${inside}>> endobj\ntrailer <<>>\n%%EOF\n`);
  const objects = (inside: string, filter = '/FlateDecode') =>
    Buffer.concat([
      Buffer.from(`%PDF-1.7\n1 0 obj <</Type /ObjStm /Filter ${filter}>>\nstream\r\n`),
      deflateSync(inside),
      Buffer.from('\nendstream endobj\ntrailer <<>>\n%%EOF\n'),
    ]);
  const cases: [string, Buffer, number, RegExp][] = [
    ['nothing', Buffer.alloc(0), 415, /file: got nothing/],
    ['HTML', Buffer.from('<html><script>alert(1)</script></html>'), 415, /file: got .* expected a JPEG/],
    ['SVG with script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), 415, /file/],
    ['JPEG with HTML behind', Buffer.concat([jpeg, Buffer.from('<script>alert(1)</script>')]), 400, /markup/],
    ['JPEG that is a ZIP', Buffer.concat([jpeg, Buffer.from('PK\x05\x06'), Buffer.alloc(18)]), 400, /archive/],
    ['GIF that is a program', Buffer.from('GIF89a/*<?php system(1) ?>*/=1;          '), 400, /program/],
    ['half a JPEG', jpeg.subarray(0, jpeg.length / 2), 400, /can’t be decoded/],
    ['a bomb', bomb(30_000), 400, /30000 × 30000 pixels|too many pixels/],
    ['PDF that runs', pdf('/OpenAction << /S /JavaScript >>'), 400, /JavaScript/],
    ['PDF that launches', pdf('/S /Launch'), 400, /Launch/],
    ['PDF that runs by an escaped name', pdf('/#4aS 2 0 R'), 400, /PDF with \/JS/],
    ['PDF with a program in a compressed object', objects('<< /S /J#61vaScript >>'), 400, /PDF with \/JavaScript/],
    ['PDF with objects in an unknown form', objects('<<>>', '/LZWDecode'), 400, /objects that can’t be read/],
    ['a photo of 60 megapixels', await wide(10_000, 6000), 400, /pixels, expected at most 50 million/],
    ['half a PDF', Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj         '), 400, /without an end/],
    ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic        ', 'latin1'), 415, /HEIC/],
    ['too much', Buffer.alloc(21 * 1024 * 1024), 413, /file|large|bytes/i],
  ];
  for (const [name, bytes, status, detail] of cases) {
    const answer = await upload(bytes);
    assert.equal(answer.status, status, `${name}: ${JSON.stringify(answer.body)}`);
    assert.match(JSON.stringify(answer.body), detail, name);
  }
  assert.deepEqual(await readdir(folder), [], 'nothing of it is kept');
  assert.equal((await upload(pdf('/Type /Catalog'))).status, 201);
  assert.equal((await upload(objects('<< /Type /Catalog >>'))).status, 201);
  // Bytes that noise contains by chance, here in a comment (marker FF FE) after the first marker.
  const chance = Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from('\xff\xfe\x00\x0d<%@<svg<htm', 'latin1'),
    jpeg.subarray(2),
  ]);
  assert.equal((await upload(chance)).status, 201);
});

test('no upload of 20 MB keeps the event loop, whatever it contains', async (t) => {
  const { upload } = await startFiles(t);
  const head = await sharp(await photo(40, 30))
    .png()
    .toBuffer();
  const filled = (text: string, begin: Buffer | string = head) => {
    const bytes = Buffer.alloc(20 * 1024 * 1024, text);
    bytes.set(Buffer.from(begin), 0);
    return bytes;
  };
  await upload(head);
  const cases = {
    tags: filled('<svg '),
    namespaces: filled('<svg xmlns'),
    pages: filled('<%@ '),
    'names of a PDF': filled('/#4a', '%PDF-1.7    '),
    'streams of a PDF': filled('stream ', '%PDF-1.7    '),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    const { result, busiestMs } = await quietestRun(50, () => upload(bytes));
    assert.ok(result.status < 500, `${name}: ${JSON.stringify(result.body)}`);
    assert.ok(busiestMs < 50, `${name}: a turn of ${busiestMs} ms`);
  }
});

test('nothing is served as a page, and private files only by their link', async (t) => {
  const { ask, upload, files } = await startFiles(t);
  const { body } = await upload(await photo(40, 30), 'visibility=private');
  assert.equal((await ask('GET', `/files/${body.id}`)).status, 404);
  const { pathname, search } = new URL(body.url);
  const opened = await ask('GET', pathname + search);
  assert.equal(opened.status, 200);
  assert.deepEqual(
    [
      opened.headers['content-type'],
      opened.headers['x-content-type-options'],
      opened.headers['content-security-policy'],
    ],
    ['image/jpeg', 'nosniff', "default-src 'none'; sandbox"],
  );
  assert.equal((await ask('GET', `${pathname}${search.replace(/expires=(\d)/, 'expires=9$1')}`)).status, 404);
  const tenant = freshTenant();
  const other = await files.put(tenant, await photo(40, 30), { owner: { kind: 'test' }, visibility: 'private' });
  const link = new URL(files.link(tenant, other));
  assert.equal((await ask('GET', link.pathname + link.search)).status, 200);
  assert.equal((await ask('GET', link.pathname + link.search.replace(tenant, 'other'))).status, 404);
});

test('the same key stores a file once; nothing is left of a removed file', async (t) => {
  const { ask, upload, folder } = await startFiles(t);
  const [bytes, other] = [await photo(40, 30), await photo(41, 30)];
  const key = { 'idempotency-key': 'upload-1' };
  const answers = await Promise.all([upload(bytes, '', key), upload(bytes, '', key), upload(bytes, '', key)]);
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
  assert.equal((await upload(other, '', key)).status, 409);
  const { id } = answers[0]?.body ?? {};
  assert.equal((await ask('DELETE', `/files/${id}`)).status, 204);
  assert.equal((await ask('GET', `/files/${id}`)).status, 404);
  const left = await readdir(folder, { recursive: true, withFileTypes: true });
  assert.deepEqual(
    left.filter((entry) => entry.isFile()).map(({ name }) => name),
    [],
  );
});

test('a virus that clamd or ICAP reports is refused; while the scanner is down, all files are refused', async (t) => {
  const picture = await photo(40, 30);
  const infected = Buffer.concat([picture, Buffer.from('VIRUS')]);
  const clamd = await startClamd(t);
  const icap = await startIcap(t);
  for (const antivirus of [`clamd://127.0.0.1:${clamd}`, `icap://127.0.0.1:${icap}/avscan`]) {
    const { upload } = await startFiles(t, { antivirus });
    assert.equal((await upload(picture)).status, 201);
    const refused = await upload(infected);
    assert.equal(refused.status, 400);
    assert.match(refused.body.detail, /a virus \(Eicar-Signature\)/);
  }
  const { upload } = await startFiles(t, { antivirus: 'clamd://127.0.0.1:1' });
  const down = await upload(picture);
  assert.deepEqual([down.status, down.headers['retry-after']], [503, '60']);
});

test('a bucket stores files like a folder, with signed requests', async (t) => {
  const { url, kept, unsigned } = await startBucket(t);
  const bucket = { url, accessKey: 'key', secretKey: 'secret', region: 'auto' };
  const { ask, upload, fetch } = await startFiles(t, { bucket });
  const { body } = await upload(await photo(40, 30));
  assert.equal((await sharp(await fetch(`${body.url}?format=webp`)).metadata()).format, 'webp');
  assert.equal(kept.size, 2);
  assert.equal((await ask('DELETE', `/files/${body.id}`)).status, 204);
  assert.deepEqual([kept.size, unsigned()], [0, 0]);
});

async function startFiles(t: TestContext, options: Partial<FileServiceOptions> = {}) {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const folder = await mkdtemp(join(tmpdir(), 'alzette-files-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const host = await startServiceHost(t, db, [fileService({ folder, ...options })]);
  if ((await host.broker.client.retrieveEntity(BENCH, { tenant: '' })) === undefined)
    await host.broker.client.createEntity({ id: BENCH, type: 'Bench' }, { tenant: '' });
  return {
    ...host,
    folder,
    files: host.port<FilePort>('files'),
    async upload(bytes: Buffer, query = '', headers: Record<string, string> = {}) {
      const answer = await host.app.inject({
        method: 'POST',
        url: `/files?entity=${BENCH}&${query === '' ? 'visibility=public' : query}`,
        headers: { 'content-type': 'application/octet-stream', ...headers },
        payload: bytes,
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
    },
    async fetch(url: string): Promise<Buffer> {
      const { pathname, search } = new URL(url);
      const answer = await host.app.inject({ method: 'GET', url: pathname + search });
      assert.equal(answer.statusCode, 200);
      return answer.rawPayload;
    },
  };
}

test('a tenant keeps no more bytes than its quota', async (t) => {
  const { upload, ask, broker } = await startFiles(t);
  const tenant = freshTenant();
  const headers = { 'ngsild-tenant': tenant };
  await broker.client.createEntity({ id: BENCH, type: 'Bench' }, { tenant });
  const [first, second] = [await photo(40, 30), await photo(50, 30)];
  const { status, body } = await upload(first, '', headers);
  assert.equal(status, 201, JSON.stringify(body));
  const quota = body.bytes + 10;
  assert.equal((await ask('PUT', `/ops/tenants/${tenant}/quotas`, { fileBytes: quota })).status, 204);
  const refused = await upload(second, '', headers);
  assert.equal(refused.status, 403);
  assert.match(refused.body.detail, new RegExp(`^fileBytes: got \\d+ bytes with this file, expected at most ${quota}`));
  assert.equal((await upload(second)).status, 201, 'others still may');
});

function wide(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#3a7' } })
    .jpeg({ quality: 30 })
    .toBuffer();
}

function photo(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#3a7' } })
    .jpeg()
    .toBuffer();
}

/** A small PNG that expands to size × size pixels. */
function bomb(size: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(1_000_000));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

/** A clamd server for INSTREAM: chunks with their lengths, until one of length zero. */
function startClamd(t: TestContext): Promise<number> {
  return listen(t, (received) => {
    const command = 'zINSTREAM\0';
    if (received.length < command.length) return undefined;
    assert.equal(received.toString('latin1', 0, command.length), command);
    const content: Buffer[] = [];
    for (let at = command.length; at + 4 <= received.length; ) {
      const length = received.readUInt32BE(at);
      if (length === 0) {
        const isInfected = Buffer.concat(content).includes('VIRUS');
        return isInfected ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0';
      }
      content.push(received.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    return undefined;
  });
}

/** An ICAP server for RESPMOD. */
function startIcap(t: TestContext): Promise<number> {
  return listen(t, (received) => {
    const text = received.toString('latin1');
    if (!text.endsWith('\r\n0\r\n\r\n')) return undefined;
    assert.match(text, /^RESPMOD icap:\/\/127\.0\.0\.1:\d+\/avscan ICAP\/1\.0\r\n/);
    const [, at] = /res-body=(\d+)/.exec(text) ?? [];
    const body = text.slice(text.indexOf('\r\n\r\n') + 4 + Number(at));
    assert.equal(Number.parseInt(body, 16), body.slice(body.indexOf('\r\n') + 2, -7).length, 'the chunk is whole');
    return text.includes('VIRUS')
      ? 'ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=1; Threat=Eicar-Signature;\r\nEncapsulated: null-body=0\r\n\r\n'
      : 'ICAP/1.0 204 No Content\r\n\r\n';
  });
}

async function listen(t: TestContext, answer: (received: Buffer) => string | undefined): Promise<number> {
  const server = createTcpServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const text = answer(received);
      if (text !== undefined) socket.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A minimal S3 server for objects. */
async function startBucket(t: TestContext) {
  const kept = new Map<string, Buffer>();
  let unsigned = 0;
  const server = createServer(async (request, response) => {
    if (!/^AWS4-HMAC-SHA256 Credential=key\//.test(request.headers.authorization ?? '')) unsigned += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const name = request.url ?? '';
    if (request.method === 'PUT') kept.set(name, Buffer.concat(chunks));
    const bytes = kept.get(name);
    if (request.method === 'DELETE') kept.delete(name);
    response.statusCode = request.method === 'DELETE' ? 204 : bytes === undefined ? 404 : 200;
    response.end(request.method === 'GET' ? bytes : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/bucket`, kept, unsigned: () => unsigned };
}

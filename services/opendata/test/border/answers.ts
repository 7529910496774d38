import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { VectorTile } from '@mapbox/vector-tile';
import type { FastifyInstance } from 'fastify';
import { unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import { PbfReader } from 'pbf';

/** A decompressed answer with all its parts, as one text. */
export interface ReadAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Sends an anonymous request and reads everything in the answer: headers, compressed bodies, zipped parts, tiles. */
export async function readAnswer(
  app: FastifyInstance,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadAnswer> {
  const answer = await app.inject({ url, headers }).catch((cause: Error) => {
    throw new Error(`${url}: ${cause.message}`, { cause });
  });
  const type = String(answer.headers['content-type'] ?? '');
  const bytes = decoded(answer.rawPayload, String(answer.headers['content-encoding'] ?? ''));
  const text = [JSON.stringify(answer.headers), bytes.toString(), await contentOf(bytes, type)].join('\n');
  return { status: answer.statusCode, type, text };
}

function decoded(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'gzip') return gunzipSync(bytes);
  if (encoding === 'br') return brotliDecompressSync(bytes);
  if (encoding === 'deflate') return inflateSync(bytes);
  return bytes;
}

async function contentOf(bytes: Buffer, type: string): Promise<string> {
  if (bytes.subarray(0, 2).toString() === 'PK') {
    return Object.entries(unzipSync(bytes))
      .map(([name, part]) => `${name}\n${Buffer.from(part).toString()}`)
      .join('\n');
  }
  if (bytes.subarray(0, 4).toString() === 'PAR1') {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    return JSON.stringify(await parquetReadObjects({ file }));
  }
  if (bytes.subarray(0, 5).toString() === '%PDF-') return pdfText(bytes);
  if (type.includes('mapbox-vector-tile')) {
    const { layers } = new VectorTile(new PbfReader(bytes));
    return JSON.stringify(
      Object.values(layers).map((layer) =>
        Array.from({ length: layer.length }, (_, place) => layer.feature(place).properties),
      ),
    );
  }
  return '';
}

const STREAM = /stream\r?\n/g;

/** The text of a PDF: its streams are inflated, and glyphs are mapped back by the tables of the fonts. */
export function pdfText(bytes: Buffer): string {
  const raw = bytes.toString('latin1');
  const streams: string[] = [];
  for (const { index, 0: start } of raw.matchAll(STREAM)) {
    const from = index + start.length;
    const to = raw.indexOf('endstream', from);
    if (to < 0) continue;
    try {
      streams.push(inflateSync(bytes.subarray(from, to)).toString('latin1'));
    } catch {
      streams.push(bytes.subarray(from, to).toString('latin1')); // not compressed
    }
  }
  const tables = streams.filter((stream) => stream.includes('begincmap')).map(glyphsOf);
  const texts = streams.flatMap((stream) => [
    ...stream.matchAll(/\[((?:<[0-9a-f]*>[^\]<]*)+)\]\s*TJ|<([0-9a-f]+)>\s*Tj/gi),
  ]);
  // Tries each table, because it does not track the current font.
  const read = tables.flatMap((glyphs) =>
    texts.map(([, several = '', single = '']) => {
      const codes = (several + single).replaceAll(/>[^<]*</g, '').replaceAll(/[^0-9a-f]/gi, '');
      return (codes.match(/.{4}/g) ?? []).map((code) => glyphs.get(Number.parseInt(code, 16)) ?? '').join('');
    }),
  );
  return [...streams, ...read].join('\n');
}

function glyphsOf(cmap: string): Map<number, string> {
  const glyphs = new Map<number, string>();
  const letters = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, first = '', , list = ''] of cmap.matchAll(/<([0-9a-f]+)>\s*<([0-9a-f]+)>\s*\[([^\]]*)\]/gi)) {
    [...list.matchAll(/<([0-9a-f]+)>/gi)].forEach(([, hex = ''], place) => {
      glyphs.set(Number.parseInt(first, 16) + place, letters(hex));
    });
  }
  return glyphs;
}

const ADDRESS = /(?:https?:\/\/localhost:3000)?(\/(?:catalog\.|data\/|ogc|tiles\/)[^\s"'<>\\)|;]*)/g;

/** All pages that can be reached by URLs in answers, each once. */
export async function* crawl(
  app: FastifyInstance,
  from: readonly string[],
  most: number,
): AsyncGenerator<ReadAnswer & { readonly url: string }> {
  const known = new Set(from);
  for (const url of known) {
    const answer = await readAnswer(app, url, { 'accept-encoding': known.size % 2 === 0 ? 'gzip' : 'br' });
    yield { ...answer, url };
    for (const [, found = ''] of answer.text.matchAll(ADDRESS)) {
      const next = found.replaceAll('&amp;', '&').replace(/[.,]$/, '');
      if (!next.includes('{') && !next.includes('%7B') && known.size < most) known.add(next);
    }
  }
}

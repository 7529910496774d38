import { open } from 'node:fs/promises';
import type { Load } from './load.ts';

/** More than any broker answered on two cores, so that requests which must be unique are not repeated. */
const MAX_PER_SECOND = 25_000;
/** The size limit of the file; further requests repeat. */
const MAX_BYTES = 160 * 2 ** 20;
const WRITTEN_AT_ONCE = 2 ** 20;

/** Writes the requests of a load in wire format, each after a line with its length in bytes. */
export async function writeRequests(
  path: string,
  { url, seconds, headers, request }: Pick<Load, 'url' | 'seconds' | 'headers' | 'request'>,
): Promise<void> {
  const { host } = new URL(url);
  const common = [`Host: ${host}`, ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`)];
  const file = await open(path, 'w');
  let bytes = 0;
  let text = '';
  for (let n = 0; n < seconds * MAX_PER_SECOND && bytes < MAX_BYTES; n++) {
    const { method, path, body } = request(n);
    const length = Buffer.byteLength(body ?? '');
    const own = body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${length}`];
    const head = `${[`${method} ${path} HTTP/1.1`, ...common, ...own].join('\r\n')}\r\n\r\n`;
    text += `${Buffer.byteLength(head) + length}\n${head}${body ?? ''}`;
    if (text.length < WRITTEN_AT_ONCE) continue;
    bytes += text.length;
    await file.writeFile(text);
    text = '';
  }
  await file.writeFile(text);
  await file.close();
}

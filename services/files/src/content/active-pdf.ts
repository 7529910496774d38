import { inflateSync } from 'node:zlib';

/** Names of active content, and of embedded files. */
const ACTIVE = new Set(['JavaScript', 'JS', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'RichMedia', 'XFA']);
const NAME = /\/([^\0\t\n\f\r ()<>[\]{}/%]+)/g;
const ESCAPED = /#([0-9a-fA-F]{2})/g;
/** What the object streams of a PDF may hold together, in bytes. */
const MOST_OBJECTS = 64 * 1024 * 1024;
/** The longest dictionary of an object stream. */
const DICTIONARY = 2000;

/**
 * The first active content of a PDF, also in its compressed object streams; undefined: none. Names are decoded, because
 * `/#4aS` is `/JS`.
 *
 * @param text its bytes as Latin-1
 */
export function activePdf(bytes: Buffer, text: string): string | undefined {
  const found = activeName(text);
  if (found !== undefined) return found;
  let left = MOST_OBJECTS;
  for (let at = text.indexOf('stream'); at !== -1; at = text.indexOf('stream', at + 1)) {
    if (text.startsWith('end', at - 3)) continue;
    const dictionary = dictionaryBefore(text, at);
    const names = namesIn(dictionary);
    if (!names.includes('ObjStm')) continue;
    // With a password, several filters or a predictor, it can't be read here.
    const filters = names.filter((name) => name.endsWith('Decode'));
    if (text.includes('/Encrypt') || filters.join() !== 'FlateDecode' || names.includes('DecodeParms')) {
      if (filters.length === 0 && !text.includes('/Encrypt')) continue; // not compressed: seen above
      return 'objects that can’t be read';
    }
    const objects = inflated(bytes.subarray(contentAt(text, at)), left);
    if (objects === undefined) return 'objects that can’t be read';
    left -= objects.length;
    const hidden = activeName(objects.toString('latin1'));
    if (hidden !== undefined) return hidden;
  }
  return undefined;
}

function activeName(text: string): string | undefined {
  for (const [, name = ''] of text.matchAll(NAME)) {
    if (ACTIVE.has(decoded(name))) return `/${decoded(name)}`;
  }
  return undefined;
}

function namesIn(text: string): string[] {
  return Array.from(text.matchAll(NAME), ([, name = '']) => decoded(name));
}

function decoded(name: string): string {
  return name.includes('#') ? name.replace(ESCAPED, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))) : name;
}

/** The text before a stream, from the beginning of its object. */
function dictionaryBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - DICTIONARY), at);
  return before.slice(before.lastIndexOf(' obj') + 1);
}

/** The content begins after the line break that follows `stream`. */
function contentAt(text: string, at: number): number {
  const after = at + 'stream'.length;
  return after + (text.startsWith('\r\n', after) ? 2 : 1);
}

/** Undefined: it can't be decompressed, or is larger than `most`. */
function inflated(bytes: Buffer, most: number): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, most) });
  } catch {
    return undefined;
  }
}

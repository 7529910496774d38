import { activePdf } from './active-pdf.ts';

export type Format = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'tiff' | 'pdf';

/** A format, or why the file is refused. */
export type Recognised = { readonly format: Format } | Refusal;

export interface Refusal {
  readonly got: string;
  readonly expected: string;
  readonly status: 400 | 415;
}

const EXPECTED = 'a JPEG, PNG, WebP, AVIF, GIF or TIFF image, or a PDF';
const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis'];
/** Enough bytes to recognise a photo or a document. */
const HEAD_BYTES = 1024;
/** The maximum size of the directory at the end of a ZIP archive. */
const ZIP_TAIL_BYTES = 66_000;
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');
/**
 * Content that a browser or a server might execute. It doesn't occur in photos or their XMP. Each mark is long, because
 * any three bytes occur by chance in every other photo of 10 MB.
 */
const MARKS = ['<script', '<!doctype', '<iframe'];
/** The number of characters in which a tag of SVG names its namespace. */
const SVG_TAG = 200;

/**
 * The format of a file by its bytes; its name is ignored. It is refused if it has several formats at once, or executable
 * content. Searches for constant texts only, so that it takes linear time.
 */
export function recognise(bytes: Buffer): Recognised {
  const format = formatOf(bytes);
  if (format === undefined) return { got: describe(bytes), expected: EXPECTED, status: 415 };
  const refuse = (what: string, expected: string): Refusal => ({ got: `a ${what}`, expected, status: 400 });
  const text = bytes.toString('latin1');
  if (hasMarkup(text.toLowerCase())) return refuse(`${format} that contains markup or a program`, `only ${EXPECTED}`);
  if (bytes.subarray(-ZIP_TAIL_BYTES).includes(ZIP_END)) {
    return refuse(`${format} that is also an archive`, `only ${EXPECTED}`);
  }
  if (format !== 'pdf') {
    const isPdf = text.slice(0, HEAD_BYTES).includes('%PDF-');
    return isPdf ? refuse(`${format} that is also a PDF`, `only ${EXPECTED}`) : { format };
  }
  if (!text.slice(-HEAD_BYTES).includes('%%EOF')) return refuse('PDF without an end', 'a complete PDF');
  const active = activePdf(bytes, text);
  return active === undefined ? { format } : refuse(`PDF with ${active}`, 'a PDF without programs and attachments');
}

/** @param text in lower case */
function hasMarkup(text: string): boolean {
  if (MARKS.some((mark) => text.includes(mark))) return true;
  const isFollowed = (mark: string, by: (rest: string) => boolean) => {
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
      if (by(text.slice(at + mark.length, at + mark.length + 16))) return true;
    }
    return false;
  };
  return (
    isFollowed('<html', (rest) => /^[\s>]/.test(rest)) ||
    isFollowed('<?php', (rest) => /^\s/.test(rest)) ||
    isFollowed('<%@', (rest) => /^\s{0,10}page\s/.test(rest)) ||
    hasSvg(text)
  );
}

/** A tag `svg` with a namespace. Goes through the tags and the namespaces together, each once. */
function hasSvg(text: string): boolean {
  let [namespace, end] = [-2, -2];
  for (let at = text.indexOf('<svg'); at !== -1; at = text.indexOf('<svg', at + 1)) {
    const begin = at + '<svg'.length;
    if (namespace < begin && namespace !== -1) namespace = text.indexOf('xmlns', begin);
    if (namespace === -1) return false;
    if (end < begin && end !== -1) end = text.indexOf('>', begin);
    const isInTag = end === -1 || namespace < end;
    if (isInTag && namespace <= begin + 1 + SVG_TAG && /\s/.test(text[begin] ?? '')) return true;
  }
  return false;
}

function formatOf(bytes: Buffer): Format | undefined {
  const ascii = (from: number, to: number) => bytes.toString('latin1', from, to);
  if (bytes.length < 16) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (ascii(0, 6) === 'GIF87a' || ascii(0, 6) === 'GIF89a') return 'gif';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp';
  if (ascii(0, 4) === 'II*\0' || ascii(0, 4) === 'MM\0*') return 'tiff';
  if (ascii(0, 5) === '%PDF-') return 'pdf';
  if (ascii(4, 8) === 'ftyp' && ['avif', 'avis'].includes(ascii(8, 12))) return 'avif';
  return undefined;
}

function describe(bytes: Buffer): string {
  if (bytes.length === 0) return 'nothing';
  if (bytes.toString('latin1', 4, 8) === 'ftyp' && HEIC_BRANDS.includes(bytes.toString('latin1', 8, 12))) {
    return 'HEIC, whose decoder may not be handed on';
  }
  return `bytes that begin with ${bytes.toString('hex', 0, 8)}`;
}

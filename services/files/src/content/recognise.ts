import { unsuitable } from './unsuitable.ts';

export type Format = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'tiff' | 'pdf';

const EXPECTED = 'a JPEG, PNG, WebP, AVIF, GIF or TIFF image, or a PDF';
const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis'];
/** Enough bytes to recognise a photo or a document. */
const HEAD_BYTES = 1024;
/** The maximum size of the directory at the end of a ZIP archive. */
const ZIP_TAIL_BYTES = 66_000;
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');
/**
 * Content that a browser or a server might execute. It doesn't occur in photos or their XMP. Each pattern is long,
 * because any three bytes occur by chance in every other photo of 10 MB.
 */
const ACTIVE = /<script|<html[\s>]|<!doctype|<svg\s[^>]{0,200}xmlns|<iframe|<\?php\s|<%@\s*page\s/i;
/** Active content of a PDF, and embedded files. */
const ACTIVE_PDF = /\/(?:JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA)\b/;

/**
 * The format of a file by its bytes; its name is ignored.
 *
 * @throws Problem 415: not a supported format; 400: several formats at once, or executable content
 */
export function recognise(bytes: Buffer): Format {
  const format = formatOf(bytes);
  if (format === undefined) throw unsuitable(describe(bytes), EXPECTED, 415);
  const text = bytes.toString('latin1');
  if (ACTIVE.test(text)) throw unsuitable(`a ${format} that contains markup or a program`, `only ${EXPECTED}`);
  if (bytes.subarray(-ZIP_TAIL_BYTES).includes(ZIP_END)) {
    throw unsuitable(`a ${format} that is also an archive`, `only ${EXPECTED}`);
  }
  if (format === 'pdf') checkPdf(text);
  else if (text.slice(0, HEAD_BYTES).includes('%PDF-')) {
    throw unsuitable(`a ${format} that is also a PDF`, `only ${EXPECTED}`);
  }
  return format;
}

function checkPdf(text: string): void {
  if (!text.slice(-HEAD_BYTES).includes('%%EOF')) throw unsuitable('a PDF without an end', 'a complete PDF');
  const active = ACTIVE_PDF.exec(text);
  if (active) throw unsuitable(`a PDF with ${active[0]}`, 'a PDF without programs and attachments');
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

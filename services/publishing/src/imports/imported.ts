import type { ItemDocument, Kind } from '../contract/documents.ts';

/** An imported item, with its id at the source, by which it is found again. */
export interface Imported {
  readonly sourceId: string;
  readonly kind: Kind;
  readonly document: ItemDocument;
  readonly publishAt?: string;
  readonly expiresAt?: string;
}

/** The items, and the refused parts with position and reason. */
export interface ReadResult {
  readonly items: readonly Imported[];
  readonly rejected: readonly { readonly at: string; readonly reason: string }[];
}

/** External text as a line: without HTML, and of limited length. */
export function lineOf(text: string | undefined, most = 200): string | undefined {
  const line = plainText(text ?? '')
    .slice(0, most)
    .trim();
  return line === '' ? undefined : line;
}

const ENTITIES: { readonly [name: string]: string } = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: '’',
  nbsp: ' ',
  '#39': '’',
};

/** External HTML as text, which is displayed by our own rules. */
export function plainText(html: string): string {
  return html
    .replaceAll(/<(?:script|style)\b[^>]*>[\s\S]*?<\/(?:script|style)>/gi, ' ')
    .replaceAll(/<\/(?:p|div|li|h\d)>|<br\s*\/?>/gi, '\n')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replaceAll(/[ \t\r\f\v]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** A web address, or undefined: links of other schemes are not imported. */
export function webLink(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  return /^https?:$/.test(new URL(text).protocol) && text.length <= 1000 ? text : undefined;
}

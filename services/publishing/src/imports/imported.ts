import type { ItemDocument, Kind } from '../items/item.ts';

/** What was read from elsewhere: by its name there, so that it is known again. */
export interface Imported {
  readonly sourceId: string;
  readonly kind: Kind;
  readonly document: ItemDocument;
  readonly publishAt?: string;
  readonly expiresAt?: string;
}

/** What could be read, and what could not, with where it stands and why. */
export interface ReadResult {
  readonly items: readonly Imported[];
  readonly rejected: readonly { readonly at: string; readonly reason: string }[];
}

/** Text of elsewhere as a line of ours: without marks of HTML, and not too long. */
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

/** HTML of elsewhere as text: it is shown by our own rules, never as it came. */
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

/** A web address, or nothing: links of other kinds are not taken over. */
export function webLink(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  return /^https?:$/.test(new URL(text).protocol) && text.length <= 1000 ? text : undefined;
}

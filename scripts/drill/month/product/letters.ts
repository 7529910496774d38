import type { SimulatedProduct } from './simulated-product.ts';

type Letter = SimulatedProduct['letters'][number];

/** The letters to somebody whose subject has a text, by their ids. */
export function lettersOf(letters: readonly Letter[], to: string, subject: string): Map<string, Letter> {
  const own = letters.filter((each) => each.to === to && subjectOf(each).includes(subject));
  return new Map(own.map((each) => [each.messageId, each]));
}

/** A subject with other characters than ASCII is encoded (RFC 2047). */
function subjectOf({ text }: Letter): string {
  const raw = /^Subject: (.*(?:\r?\n[ \t].*)*)/im.exec(text)?.[1] ?? '';
  return raw
    .replace(/\r?\n[ \t]/g, ' ')
    .replace(/=\?utf-8\?q\?(.*?)\?=\s*/gi, (_, quoted: string) => fromQuoted(quoted.replaceAll('_', ' ')))
    .replace(/=\?utf-8\?b\?(.*?)\?=\s*/gi, (_, encoded: string) => Buffer.from(encoded, 'base64').toString());
}

const fromQuoted = (text: string) =>
  Buffer.from(
    text.replace(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

/** The values in the CSV file of a report: by the title of the table and the first cell of the row. */
export function reportTables(letter: string, titles: readonly string[]): Map<string, number> {
  const encoded = /filename="?[^"\n]*\.csv"?[\s\S]*?\r?\n\r?\n([A-Za-z0-9+/=\r\n]+)/.exec(letter)?.[1] ?? '';
  const lines = Buffer.from(encoded, 'base64').toString().replace('\ufeff', '').split(/\r?\n/);
  const found = new Map<string, number>();
  let title = '';
  for (const line of lines) {
    const cells = line.split(';').map((cell) => cell.replaceAll('"', ''));
    if (titles.includes(cells[0] ?? '')) title = cells[0] as string;
    else if (cells.length > 1) found.set(`${title} ${cells[0]}`, Number(cells.at(-1)?.replaceAll(',', '')));
  }
  return found;
}

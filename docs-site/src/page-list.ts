import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from './pages.ts';

type Words = { readonly en: string } & { readonly [language in Language]?: string };

/** Pages for integrators may be in English only. All others are also in French, and those for citizens in German. */
export const READERS = ['everybody', 'citizens', 'operators', 'administrators', 'integrators'] as const;

export interface ListedPage {
  /** The English source, e.g. `docs/rules.md`. */
  readonly source: string;
  /** Its name in the menu. */
  readonly title: Words;
  readonly for: (typeof READERS)[number];
}

export interface Section {
  readonly title: Words;
  readonly pages: readonly ListedPage[];
}

/** The list of pages, `docs/pages.json`: the menu of the site, the table of the README and the tests use it. */
export function readPageList(root: string): readonly Section[] {
  const { sections } = JSON.parse(readFileSync(join(root, 'docs/pages.json'), 'utf8')) as { sections: Section[] };
  for (const { source, for: reader } of sections.flatMap(({ pages }) => pages))
    if (!READERS.includes(reader))
      throw new Error(`docs/pages.json: "for" of ${source} is ${reader}, not one of ${READERS.join(', ')}`);
  return sections;
}

const BEGIN = '<!-- From docs/pages.json: `npm run pages` writes this table. -->\n';
const END = '<!-- End of the table. -->';

/** A README with the table of pages in it. @throws Error: it has no place for the table */
export function withPageTable(readme: string, sections: readonly Section[]): string {
  const [before, rest] = readme.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`The README has no lines ${BEGIN}and ${END}`);
  const rows = sections.map(({ title, pages }) => {
    const links = pages.map(({ source, title: name }) => `[${name.en}](${source})`);
    return `| ${title.en} | ${links.join(', ')} |`;
  });
  return `${before}${BEGIN}\n| part | pages |\n|---|---|\n${rows.join('\n')}\n\n${END}${after}`;
}

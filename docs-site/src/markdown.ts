import MarkdownIt from 'markdown-it';
import type { Language } from './pages.ts';
import { TEXTS } from './texts.ts';

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
  /** The text below the heading, up to the next heading. */
  readonly words: string;
}

export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
}

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];

/**
 * Renders a page: headings with the same ids as on GitHub, tables that scroll horizontally, and blocks of commands with
 * a note that says whether our tests run them.
 *
 * @param leadsTo returns the URL on the site for a link or picture of the page
 * @param anchors ids of the headings of the English page, which also name those of a translation: `data-anchor`
 */
export function renderMarkdown(
  text: string,
  language: Language,
  leadsTo: (href: string) => string,
  anchors: readonly string[] = [],
): Rendered {
  const markdown = new MarkdownIt({ typographer: true, quotes: '“”‘’' });
  const tokens = markdown.parse(text, {});
  const headings = nameHeadings(tokens);
  if (anchors.length === headings.length)
    for (const [index, token] of tokens.filter(({ type }) => type === 'heading_open').entries())
      token.attrSet('data-anchor', anchors[index] ?? '');
  for (const token of tokens) if (token.type === 'th_open') token.attrSet('scope', 'col');
  for (const token of tokens.flatMap((token) => token.children ?? [])) {
    const attribute = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : undefined;
    const value = attribute && token.attrGet(attribute);
    if (attribute && value) token.attrSet(attribute, leadsTo(String(value)));
    if (token.type === 'image') token.attrSet('loading', 'lazy');
    if (token.type === 'text' && language === 'fr') token.content = withFrenchSpaces(token.content);
  }
  markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0" role="group"><table>\n';
  markdown.renderer.rules.table_close = () => '</table></div>\n';
  markdown.renderer.rules.code_block = (all, index) => code(markdown.utils.escapeHtml(all[index]?.content ?? ''));
  markdown.renderer.rules.fence = (all, index) => {
    const [kind = '', role = ''] = (all[index]?.info ?? '').split(/\s+/);
    const note = NOTES[role]?.(language, kind);
    const block = code(markdown.utils.escapeHtml(all[index]?.content ?? ''));
    return note === undefined ? block : `<figure class="${role}">${block}<figcaption>${note}</figcaption></figure>\n`;
  };
  return { html: markdown.renderer.render(tokens, markdown.options, {}), headings };
}

/**
 * French punctuation needs a non-breaking space before it, so that no line begins with it; so do groups of digits and
 * the signs after a number.
 */
function withFrenchSpaces(text: string): string {
  return text
    .replace(/ (?=[;:?!»])/g, '\u00a0')
    .replace(/« /g, '«\u00a0')
    .replace(/(?<=\d) (?=\d{3}(?!\d)|[%€°])/g, '\u00a0');
}

/** Notes below code blocks, by the second word of the fence. */
const NOTES: { readonly [role: string]: (language: Language, kind: string) => string } = {
  run: (language) => TEXTS[language].run,
  expected: (language) => TEXTS[language].expected,
  elsewhere: (language) => TEXTS[language].elsewhere,
};

function code(escaped: string): string {
  return `<pre tabindex="0"><code>${escaped}</code></pre>\n`;
}

/** Adds ids to headings. @returns the headings, each with the text that follows it */
function nameHeadings(tokens: readonly Token[]): Heading[] {
  const found: { level: number; id: string; text: string; words: string }[] = [];
  const taken = new Map<string, number>();
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const text = plain(tokens[index + 1]);
      const slug = slugOf(text);
      const times = taken.get(slug) ?? 0;
      taken.set(slug, times + 1);
      const id = times === 0 ? slug : `${slug}-${times}`;
      token.attrSet('id', id);
      found.push({ level: Number(token.tag.slice(1)), id, text, words: '' });
    } else if (tokens[index - 1]?.type !== 'heading_open') {
      const last = found.at(-1);
      const words =
        token.type === 'inline' ? plain(token) : /^(fence|code_block)$/.test(token.type) ? token.content : '';
      if (last && words !== '') last.words += `${words}\n`;
    }
  }
  return found;
}

function plain(token: Token | undefined): string {
  const parts: readonly Token[] = token?.children ?? [];
  return parts.map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('');
}

/** The same slug as on GitHub, so that a link works both on GitHub and on the site. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

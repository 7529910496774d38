/** A part of a page of the documentation, which the platform serves in each language. */
export interface HelpPart {
  readonly title: string;
  /** The address of the part in the documentation. */
  readonly url: string;
  readonly content: DocumentFragment;
}

/** Not every page of the documentation is in German and Luxembourgish. */
const OTHER_LANGUAGE: Readonly<Record<string, string>> = { de: 'en', lb: 'fr' };

/** Pictures show the page that the reader already sees. */
const SHOWN = 'p:not(:has(img)), ul, ol';

/**
 * Reads the texts below a heading of the documentation.
 *
 * @param part page and id of the English heading, e.g. `portal#alarms`
 * @throws Error: the documentation does not answer, or lacks the part
 */
export async function readHelpPart(part: string, locale: string, signal: AbortSignal): Promise<HelpPart> {
  const [page = '', anchor = ''] = part.split('#');
  const { url, read } = await readPage(page, locale, signal);
  // Headings of translations have the English id in addition to their own.
  const heading = read.querySelector(`[data-anchor="${CSS.escape(anchor)}"]`) ?? read.getElementById(anchor);
  if (heading === null) throw new Error(`${url.pathname} has no part ${anchor}`);
  const content = document.createDocumentFragment();
  for (let next = heading.nextElementSibling; next && !/^H\d$/.test(next.tagName); next = next.nextElementSibling)
    if (next.matches(SHOWN)) content.append(document.importNode(next, true));
  for (const link of content.querySelectorAll('a')) {
    link.href = new URL(link.getAttribute('href') ?? '', url).href;
    link.target = '_blank';
  }
  url.hash = heading.id;
  return { title: heading.textContent ?? '', url: url.href, content };
}

/**
 * The text below each heading of a page of the documentation, by page and id of the English heading: `portal#alarms`.
 *
 * @throws Error: the documentation does not answer
 */
export async function readHelpTexts(page: string, locale: string, signal: AbortSignal): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const { read } = await readPage(page, locale, signal);
  for (const heading of read.querySelectorAll('h3')) {
    const text: string[] = [];
    for (let next = heading.nextElementSibling; next && !/^H\d$/.test(next.tagName); next = next.nextElementSibling)
      if (next.matches(SHOWN)) text.push(next.textContent?.replace(/\s+/g, ' ').trim() ?? '');
    texts.set(`${page}#${heading.dataset.anchor ?? heading.id}`, text.join(' '));
  }
  return texts;
}

/** What a text says first. */
export function firstSentence(text: string): string {
  return text.match(/^.*?[.!?:](?=\s|$)/)?.[0].replace(/\s*:$/, '.') ?? text;
}

async function readPage(page: string, locale: string, signal: AbortSignal): Promise<{ url: URL; read: Document }> {
  const url = new URL(`${documentationHome(locale)}${page}.html`, location.origin);
  const answer = await fetch(url, { signal });
  const other = OTHER_LANGUAGE[locale];
  if (answer.status === 404 && other !== undefined) return readPage(page, other, signal);
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status} ${answer.statusText}`);
  return { url, read: new DOMParser().parseFromString(await answer.text(), 'text/html') };
}

/** The path of the documentation in a language. */
export function documentationHome(locale: string): string {
  return locale === 'en' ? '/docs/' : `/docs/${locale}/`;
}

import { posix } from 'node:path';
import type { Rendered } from './markdown.ts';
import type { NavSection } from './navigation.ts';
import type { Language, SourcePage } from './pages.ts';
import { TEXTS } from './texts.ts';

/** Assets of the pages, by their paths from the root of the site. */
export interface Assets {
  readonly style: string;
  readonly script: string;
  readonly icon: string;
  readonly index: { readonly [language in Language]: string };
}

export interface Frame {
  readonly assets: Assets;
  readonly navigation: { readonly [language in Language]: readonly NavSection[] };
  readonly home: { readonly [language in Language]: string };
}

interface Content extends Pick<SourcePage, 'url' | 'language' | 'title'> {
  /** URLs of the page in other languages, or of their home pages. */
  readonly others: readonly { readonly language: Language; readonly url: string }[];
  readonly description: string;
  readonly body: Rendered;
}

/** Renders a page as HTML. Only the search needs a script. */
export function pageHtml(content: Content, { assets, navigation, home }: Frame): string {
  const { url, language, title, body, description } = content;
  const texts = TEXTS[language];
  const to = (path: string) => posix.relative(posix.dirname(url), path) || posix.basename(path);
  const toc = body.headings.filter(({ level }) => level === 2);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(description)}">
<title>${escapeHtml(title)} · ${texts.site}</title>
<link rel="icon" type="image/svg+xml" href="${to(assets.icon)}">
<link rel="stylesheet" href="${to(assets.style)}">
${content.others.map((other) => `<link rel="alternate" hreflang="${other.language}" href="${to(other.url)}">`).join('\n')}
<script type="module" src="${to(assets.script)}"></script>
</head>
<body>
<a class="skip" href="#text">${texts.skip}</a>
<header>
<a class="brand" href="${to(home[language])}"><img src="${to(assets.icon)}" alt="" width="28" height="28"> ${texts.site}</a>
<search hidden data-index="${to(assets.index[language])}" data-root="${to('index.html').replace(/index\.html$/, '')}">
<label class="sr-only" for="search">${texts.search}</label>
<input id="search" type="search" placeholder="${texts.search}" autocomplete="off" aria-controls="found">
<div id="found" hidden><p role="status" data-found="${texts.found}" data-none="${texts.none}" data-failed="${texts.failed}"></p><ul></ul></div>
</search>
<a class="menu" href="#pages">${texts.menu}</a>
${content.others.map((other) => languageLink(other.language, to(other.url))).join('\n')}
</header>
<div class="columns">
<main id="text">
<article>
${body.html}</article>
</main>
${tocHtml(toc, texts.onThisPage)}
<nav id="pages" class="pages" aria-label="${texts.pages}">
${navigation[language].map((section) => sectionHtml(section, content, to)).join('\n')}
${texts.notTheirs && `<p>${texts.notTheirs}</p>`}
</nav>
</div>
<footer><p>Alzette · EUPL 1.2 · <a href="/">${texts.product}</a></p></footer>
</body>
</html>
`;
}

function languageLink(language: Language, href: string): string {
  return `<a hreflang="${language}" lang="${language}" href="${href}">${TEXTS[language].name}</a>`;
}

function tocHtml(headings: Rendered['headings'], title: string): string {
  if (headings.length < 3) return '';
  const items = headings.map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`);
  return `<nav class="toc" aria-label="${title}"><p aria-hidden="true">${title}</p><ul>${items.join('')}</ul></nav>`;
}

function sectionHtml({ title, entries }: NavSection, content: Content, to: (path: string) => string): string {
  const items = entries.map(({ page, name }) => {
    const current = page.url === content.url ? ' aria-current="page"' : '';
    const foreign = page.language === content.language ? '' : ` hreflang="${page.language}"`;
    const note = foreign && ` <small>${TEXTS[content.language].inLanguage[page.language] ?? ''}</small>`;
    return `<li><a href="${to(page.url)}"${current}${foreign}>${escapeHtml(name)}${note}</a></li>`;
  });
  return `<h2>${escapeHtml(title)}</h2>\n<ul>${items.join('')}</ul>`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

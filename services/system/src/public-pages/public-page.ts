import { type Html, html, trusted } from '@alzette/kit/html';
import { LANGUAGES, type Language } from '@alzette/kit/languages';

/** The language of `lang`, else the first supported one of Accept-Language, else French. */
export function languageOf(asked: string | undefined, accepts: string | undefined): Language {
  const wished = [asked ?? '', ...(accepts ?? '').split(',')].map((each) => each.trim().slice(0, 2).toLowerCase());
  return wished.map((each) => LANGUAGES.find((language) => language === each)).find((each) => each) ?? 'fr';
}

interface Page {
  readonly title: string;
  /** What or whose it is, below the title. */
  readonly about: string;
  readonly language: Language;
  readonly style: string;
  readonly body: Html;
}

/** A page without scripts, in four languages, which works whenever the process runs. */
export function publicPage({ title, about, language, style, body }: Page): string {
  const languages = LANGUAGES.map(
    (each) => html`<a href="?lang=${each}" lang="${each}" hreflang="${each}">${each.toUpperCase()}</a> `,
  );
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${about}</title><style>${trusted(STYLE + style)}</style></head>
<body><main><h1>${title}</h1><p>${about}</p>
${body}
<nav>${languages}</nav>
</main></body></html>
`.text;
}

const STYLE = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:light-dark(#1a1a1a,#eee);background:light-dark(#fff,#121212)}a{color:light-dark(#0a4f8f,#9fc7ff)}main{margin:auto;padding:1.5rem}nav a{padding:.5rem;display:inline-block}`;

import { type Html, html } from '@alzette/kit/html';
import { LANGUAGES, type Language } from '@alzette/kit/languages';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: https:", // a territory may have its own tile server
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
} as const;

interface PageParts {
  readonly title: string;
  readonly territory: string;
  readonly language: Language;
  /** Paths of scripts; they are modules. */
  readonly scripts?: readonly string[];
  readonly main: Html;
}

const WORDS = {
  fr: {
    skip: 'Aller au contenu',
    data: 'Données ouvertes',
    name: 'Français',
    developers: 'Développeurs',
    catalogue: 'Catalogue DCAT',
  },
  en: {
    skip: 'Skip to the content',
    data: 'Open data',
    name: 'English',
    developers: 'Developers',
    catalogue: 'DCAT catalogue',
  },
  de: {
    skip: 'Zum Inhalt',
    data: 'Offene Daten',
    name: 'Deutsch',
    developers: 'Entwickler',
    catalogue: 'DCAT-Katalog',
  },
  lb: {
    skip: 'Bei den Inhalt',
    data: 'Oppen Donnéeën',
    name: 'Lëtzebuergesch',
    developers: 'Entwéckler',
    catalogue: 'DCAT-Katalog',
  },
} as const;

/** A whole page of the public data pages. */
export function page({ title, territory, language, scripts = [], main }: PageParts): string {
  const words = WORDS[language];
  const others = LANGUAGES.filter((each) => each !== language);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} — ${territory}</title>
<link rel="icon" type="image/svg+xml" href="/alzette.svg">
<link rel="stylesheet" href="/data/assets/data.css">
<link rel="alternate" type="application/ld+json" href="/catalog.jsonld" title="DCAT-AP">
${scripts.map((script) => html`<script type="module" src="${script}"></script>`)}
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header><nav aria-label="${words.data}">
<a class="home" href="/data/?lang=${language}">${territory} · ${words.data}</a>
<span><a href="/developers?lang=${language}">${words.developers}</a> <a href="/catalog.jsonld">${words.catalogue}</a>
${others.map((other) => html`<a href="?lang=${other}" hreflang="${other}" lang="${other}">${WORDS[other].name}</a> `)}</span>
</nav></header>
<main id="main">
${main}
</main>
</body>
</html>`.text;
}

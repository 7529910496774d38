import { type Html, html } from '@alzette/kit/html';

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
  readonly language: 'fr' | 'en';
  /** Paths of scripts; they are modules. */
  readonly scripts?: readonly string[];
  readonly main: Html;
}

const WORDS = {
  fr: {
    skip: 'Aller au contenu',
    data: 'Données ouvertes',
    other: 'English',
    developers: 'Développeurs',
    catalogue: 'Catalogue DCAT',
  },
  en: {
    skip: 'Skip to the content',
    data: 'Open data',
    other: 'Français',
    developers: 'Developers',
    catalogue: 'DCAT catalogue',
  },
} as const;

/** A whole page of the public data pages. */
export function page({ title, territory, language, scripts = [], main }: PageParts): string {
  const words = WORDS[language];
  const other = language === 'fr' ? 'en' : 'fr';
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
<a href="?lang=${other}" hreflang="${other}" lang="${other}">${words.other}</a></span>
</nav></header>
<main id="main">
${main}
</main>
</body>
</html>`.text;
}

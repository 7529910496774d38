import type { IncomingHttpHeaders } from 'node:http';
import { type Html, html, trusted } from '@alzette/kit/html';
import type { FastifyReply } from 'fastify';
import { LANGUAGES, type Language, languageOf } from '../texts/language.ts';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Names of scripts in `assets/`. Pages work without them as far as possible. */
  readonly scripts?: readonly string[];
  readonly wide?: boolean;
}

/** Data about the viewer of a page. */
interface Viewer {
  readonly language: Language;
  /** The page that the language switch returns to. */
  readonly path: string;
}

export function viewerOf({ headers, url }: { headers: IncomingHttpHeaders; url?: string | undefined }): Viewer {
  return { language: languageOf(headers), path: url ?? '/' };
}

const MARK = trusted(
  '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9" fill="#0d2028"/>' +
    '<path d="M4 22c5-5 8 3 13-1s5-7 11-6" fill="none" stroke="#62d3d8" stroke-width="3" stroke-linecap="round"/>' +
    '<circle cx="20" cy="10" r="3.6" fill="#ffc84f"/></svg>',
);

export function renderPage({ title, body, scripts = [], wide }: Page, { language, path }: Viewer): string {
  const { words } = LANGUAGES[language];
  const others = Object.entries(LANGUAGES).filter(([code]) => code !== language);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${words.title}</title>
<link rel="icon" type="image/svg+xml" href="/alzette.svg">
<link rel="stylesheet" href="/oidc/assets/pages.css">
${scripts.map((name) => html`<script type="module" src="/oidc/assets/${name}"></script>`)}
</head>
<body>
<header><a class="brand" href="/">${MARK}<span>${words.title}</span></a></header>
<main class="${wide ? 'card wide' : 'card'}">
${body}
</main>
<footer><nav aria-label="${words.language}">${others.map(
    ([code, { title: name }]) =>
      html`<a lang="${code}" hreflang="${code}" href="/oidc/language/${code}?to=${encodeURIComponent(path)}">${name}</a>`,
  )}</nav></footer>
</body>
</html>`.text;
}

/**
 * @param formTargets origins that a form may finally redirect to, because browsers apply form-action to redirects too
 */
export function pageHeaders(formTargets: readonly string[] = []): { readonly [header: string]: string } {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      `form-action ${["'self'", ...formTargets].join(' ')}`,
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self)',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}

export function sendPage(
  reply: FastifyReply,
  page: Page,
  viewer: Viewer,
  formTargets?: readonly string[],
): FastifyReply {
  return reply.headers(pageHeaders(formTargets)).type('text/html; charset=utf-8').send(renderPage(page, viewer));
}

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { media, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { isLanguage, LANGUAGE_COOKIE } from '../texts/language.ts';

const require = createRequire(import.meta.url);
const own = (name: string) => new URL(`../assets/${name}`, import.meta.url);
const ASSETS = {
  'pages.css': { type: 'text/css; charset=utf-8', file: own('pages.css') },
  'submit.js': { type: 'text/javascript; charset=utf-8', file: own('submit.js') },
  'password.js': { type: 'text/javascript; charset=utf-8', file: own('password.js') },
  'passkey.js': { type: 'text/javascript; charset=utf-8', file: own('passkey.js') },
  'figtree.woff2': {
    type: 'font/woff2',
    file: require.resolve('@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2'),
  },
  'bricolage-grotesque.woff2': {
    type: 'font/woff2',
    file: require.resolve('@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2'),
  },
} as const;

const A_YEAR_S = 365 * 24 * 60 * 60;

/** Static files of the pages, and the language switch. */
export async function assetRoutes(scope: FastifyInstance): Promise<void> {
  for (const [name, { type, file }] of Object.entries(ASSETS)) {
    const content = await readFile(file);
    scope.get(
      `/assets/${name}`,
      operation({ access: 'nothing', summary: 'A file that the pages load', answers: { 200: media(type) } }),
      (_request, reply) =>
        reply
          .headers({ 'cache-control': 'public, max-age=3600', 'x-content-type-options': 'nosniff' })
          .type(type)
          .send(content),
    );
  }
  scope.get<{ Params: { code: string }; Querystring: { to?: string } }>(
    '/language/:code',
    operation({ access: 'nothing', summary: 'Switches the language of pages', answers: { 303: null } }),
    (request, reply) => {
      const { code } = request.params;
      const { to = '' } = request.query;
      if (isLanguage(code)) {
        reply.header(
          'set-cookie',
          `${LANGUAGE_COOKIE}=${code}; Path=/oidc; Max-Age=${A_YEAR_S}; SameSite=Lax; HttpOnly`,
        );
      }
      // Redirects only to our own pages, never to other sites.
      return reply.redirect(/^\/oidc\/[\w/?=&.~%-]*$/.test(to) ? to : '/oidc/account', 303);
    },
  );
}

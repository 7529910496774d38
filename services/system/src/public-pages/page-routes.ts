import type { Language } from '@alzette/kit/languages';
import { readQuery, text } from '@alzette/kit/parameters';
import { operation, PAGE } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { languageOf } from './public-page.ts';

export const KEPT_FOR = 'public, max-age=60';
const LANGUAGE = { lang: text({ max: 2 }) };

interface PageRoute {
  readonly path: string;
  readonly summary: string;
  /** It shows data of a tenant, so those that are not public have none. */
  readonly isOfTenant?: boolean;
  /** Its HTML. */
  page(request: FastifyRequest, language: Language): string | Promise<string>;
}

/** A public page in the language of the link or of the browser. It loads and runs nothing. */
export function pageRoute(scope: FastifyInstance, { path, summary, isOfTenant = false, page }: PageRoute): void {
  scope.get(
    path,
    operation({ access: 'nothing', ...(!isOfTenant && { anyTenant: true }), summary, query: LANGUAGE, answers: PAGE }),
    async (request, reply) => {
      const { lang } = readQuery(request, LANGUAGE);
      return reply
        .header('cache-control', KEPT_FOR)
        .header('vary', 'accept-language')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
        .type('text/html; charset=utf-8')
        .send(await page(request, languageOf(lang, request.headers['accept-language'])));
    },
  );
}

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { media } from '@alzette/kit/contract';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { PortalModules } from '@alzette/kit/service';
import type { ServicePage } from '@alzette/system/contract';
import type { FastifyInstance } from 'fastify';

const TYPES: { readonly [extension: string]: string } = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
/** No folder and no hidden file. */
const FILE = /^[a-z0-9][a-z0-9._-]{0,79}$/i;
const PAGE = /^[a-z][a-z0-9-]{0,39}$/;
const [SCRIPT = '', ...OTHERS] = Object.values(TYPES);

/**
 * Serves the files of a service's pages in the portal. They come from this origin, so the portal's policy for scripts
 * stays as it is. Opened by themselves, they can do nothing.
 *
 * @param prefix `/x/fountains`
 *
 * @returns its pages; @throws Error: one of them has a wrong name
 */
export function servePortalFiles(
  app: FastifyInstance,
  prefix: string,
  { folder, pages }: PortalModules,
): ServicePage[] {
  const wrong = pages.find(({ name }) => !PAGE.test(name));
  if (wrong)
    throw new Error(`its page: got the name ${JSON.stringify(wrong.name)}, expected lower-case letters, digits and -`);
  app.get<{ Params: { file: string } }>(
    `${prefix}/portal/:file`,
    operation({
      access: 'nothing',
      anyTenant: true,
      summary: 'A file of its pages in the portal',
      answers: { 200: media(SCRIPT, ...OTHERS) },
    }),
    async ({ params: { file } }, reply) => {
      const type = TYPES[extname(file)];
      if (type === undefined || !FILE.test(file)) throw missing('file', file);
      const content = await readFile(new URL(file, folder)).catch(() => {
        throw missing('file', file);
      });
      reply.headers({
        'cache-control': 'no-cache',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'x-content-type-options': 'nosniff',
      });
      return reply.type(type).send(content);
    },
  );
  return pages.map(({ name, title, right }) => ({
    service: prefix.slice('/x/'.length),
    ...{ name, title, right },
    module: `${prefix}/portal/${name}.js`,
  }));
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { media, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';

/** The native apps that open links to this site. */
export interface NativeApps {
  /** A package and the SHA-256 of its signing certificate. */
  readonly android?: { readonly name: string; readonly certificate: string };
  /** A team and a bundle. */
  readonly ios?: string;
}

/** Of the app that people install. */
interface Look {
  readonly name: string;
  readonly colour?: string;
}

const LONGEST_SHORT_NAME = 12;
const JSON_TYPE = 'application/json; charset=utf-8';
const MANIFEST = 'manifest.webmanifest';

/** What phones ask about an installed app: the manifest of the page, and the native apps that open its links. */
export function installedAppRoutes(
  app: FastifyInstance,
  { lookOf, dist, apps }: { lookOf(tenant: string): Look; readonly dist: string; readonly apps: NativeApps },
): void {
  const described = (summary: string, type: string) =>
    operation({ access: 'nothing', anyTenant: true, summary, answers: { 200: media(type) } });
  app.get(
    `/app/${MANIFEST}`,
    described('The web app manifest, with the name of the territory', 'application/manifest+json'),
    async ({ tenant }, reply) => {
      // Read each time, because pages may be rebuilt while they are served.
      const manifest = JSON.parse(await readFile(join(dist, MANIFEST), 'utf8')) as object;
      const { name, colour } = lookOf(tenant);
      const short = name.length <= LONGEST_SHORT_NAME ? { short_name: name } : {};
      reply.type('application/manifest+json').header('cache-control', 'no-cache');
      return { ...manifest, name, ...short, ...(colour !== undefined && { theme_color: colour }) };
    },
  );
  const { android, ios } = apps;
  // https://developers.google.com/digital-asset-links/v1/statements
  app.get(
    '/.well-known/assetlinks.json',
    described('The Android app that opens links to this site', JSON_TYPE),
    (_request, reply) => {
      if (android === undefined) return reply.callNotFound();
      const target = {
        namespace: 'android_app',
        package_name: android.name,
        sha256_cert_fingerprints: [android.certificate],
      };
      return reply.send([{ relation: ['delegate_permission/common.handle_all_urls'], target }]);
    },
  );
  // https://developer.apple.com/documentation/xcode/supporting-associated-domains
  app.get(
    '/.well-known/apple-app-site-association',
    described('The iOS app that opens links to this site', JSON_TYPE),
    (_request, reply) => {
      if (ios === undefined) return reply.callNotFound();
      return reply.send({ applinks: { details: [{ appIDs: [ios], components: [{ '/': '/app/*' }] }] } });
    },
  );
}

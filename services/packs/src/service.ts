import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { packContract } from './contract/contract.ts';
import type { ConfigurationKind } from './documents/kinds.ts';
import { shippedPacks } from './install/shipped-packs.ts';
import { packHandlers } from './routes/pack-routes.ts';

export interface PackOptions {
  /** The kinds of documents that packs may have, in the order of application. */
  readonly kinds: readonly ConfigurationKind[];
  /** Minisign public keys that the site trusts. */
  readonly keys: readonly string[];
  /** URLs of the indexes that the site trusts. */
  readonly indexes: readonly string[];
  /** The version of the product. */
  readonly version: string;
  /** The folder of the packs that come with the product. */
  readonly folder: string;
}

/** Packs of configuration: what one territory builds, others install. */
export function packService({ folder, ...options }: PackOptions) {
  return defineService({
    name: 'packs',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given) {
      const { db, compute, app } = given;
      let reading: ReturnType<typeof shippedPacks> | undefined;
      const shipped = () => {
        reading ??= shippedPacks(folder, options.kinds);
        return reading;
      };
      await serviceRoutes(app, '/packs', (scope) => {
        scope.addContentTypeParser('application/zip', { parseAs: 'buffer' }, (_request, body, done) =>
          done(null, body),
        );
        serve(scope, packContract, packHandlers({ ...options, db, compute, given, shipped }));
      });
      return { parts: { db, shipped } };
    },
  });
}

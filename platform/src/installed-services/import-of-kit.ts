import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const KIT = new URL('../../../services/kit/', import.meta.url);
const PRODUCT = new URL('../../../', import.meta.url).href;

const {
  name: NAME,
  exports,
  version,
} = JSON.parse(readFileSync(new URL('package.json', KIT), 'utf8')) as {
  readonly name: string;
  readonly exports: { readonly [path: string]: string };
  readonly version: string;
};

/** The version of the kit, which services of others name a range of. */
export const KIT_VERSION = version;

let isRegistered = false;

/**
 * From now on, a service of others that imports `@alzette/kit/…` receives the kit of this product, wherever the service is
 * installed: with a kit of its own, its contracts and problems would be unknown to the product.
 */
export function provideKit(): void {
  if (isRegistered) return;
  isRegistered = true;
  registerHooks({
    resolve(specifier, context, next) {
      const isOfOthers = !context.parentURL?.startsWith(PRODUCT) || context.parentURL.includes('/node_modules/');
      if (!isOfOthers || !specifier.startsWith(`${NAME}/`)) return next(specifier, context);
      const path = exports[`.${specifier.slice(NAME.length)}`];
      if (path === undefined) throw new Error(`${specifier} is not exported by ${NAME} ${version}`);
      return next(new URL(path, KIT).href, context);
    },
  });
}

import { fileURLToPath } from 'node:url';
import { PRODUCT_VERSION } from '@alzette/broker/version';
import type { PackOptions } from '@alzette/packs';
import type { Config } from '../config.ts';
import { CONFIGURATION_KINDS } from './configuration-kinds.ts';

/** What packs may have, whom the site trusts, and the packs that come with the product. */
export function productPacks({ packKeys, packIndexes }: Pick<Config, 'packKeys' | 'packIndexes'>): PackOptions {
  return {
    kinds: CONFIGURATION_KINDS,
    keys: packKeys,
    indexes: packIndexes,
    version: PRODUCT_VERSION,
    folder: fileURLToPath(new URL('../../../packs', import.meta.url)),
  };
}

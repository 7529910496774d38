import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The version of this product, e.g. `0.1.0`. */
export const PRODUCT_VERSION = version;
/** The version of ETSI GS CIM 009 that the API follows. */
export const NGSI_LD_VERSION = '1.9.1';

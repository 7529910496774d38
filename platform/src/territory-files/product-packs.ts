import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PRODUCT_VERSION } from '@alzette/broker/version';
import type { Dashboard } from '@alzette/ngsi-ld-schemas/dashboards';
import type { PackOptions } from '@alzette/packs';
import { readPackFolder } from '@alzette/packs/read';
import type { Config } from '../config.ts';
import { CONFIGURATION_KINDS } from './configuration-kinds.ts';

const FOLDER = fileURLToPath(new URL('../../../packs', import.meta.url));

/** What packs may have, whom the site trusts, and the packs that come with the product. */
export function productPacks({ packKeys, packIndexes }: Pick<Config, 'packKeys' | 'packIndexes'>): PackOptions {
  return {
    kinds: CONFIGURATION_KINDS,
    keys: packKeys,
    indexes: packIndexes,
    version: PRODUCT_VERSION,
    folder: FOLDER,
  };
}

let templates: Promise<readonly { readonly id: string; readonly dashboard: Dashboard }[]> | undefined;

/** The dashboards of the packs that come with the product, from which others are made. */
export function dashboardTemplates() {
  templates ??= readDashboards();
  return templates;
}

async function readDashboards() {
  const packs = (await readdir(FOLDER, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const read = await Promise.all(packs.map(({ name }) => readPackFolder(join(FOLDER, name), ['dashboards'])));
  return read.flatMap(({ files }) =>
    files.map(({ document: { id, ...dashboard } }) => ({
      id: String(id),
      dashboard: dashboard as unknown as Dashboard,
    })),
  );
}

import type { DemoContext, PartsOf } from '@alzette/kit/service';
import type { packService } from '@alzette/packs';
import { installedPacks, keepInstalled, type PackObject } from '../services/packs/src/store/pack-rows.ts';
import { DEMO_RULES, PACKS_OF_DEMO } from './rules/documents.ts';

/** Writes down that the rules of the demo came from packs, unless it is written. */
export async function putPacks(
  { db, shipped }: PartsOf<ReturnType<typeof packService>>,
  { tenant }: DemoContext,
): Promise<void> {
  const installed = new Set((await installedPacks(db, tenant)).map(({ id }) => id));
  for (const { manifest, digest, documents } of (await shipped()).values()) {
    const { id, version } = manifest;
    const parameters = PACKS_OF_DEMO[id];
    if (parameters === undefined || installed.has(id)) continue;
    const rules = [...documents].filter(([{ folder }]) => folder === 'rules').flatMap(([, all]) => all);
    const objects = rules.flatMap(({ id: rule }): PackObject[] => {
      const base = DEMO_RULES.find((each) => each.id === rule);
      return base === undefined ? [] : [{ folder: 'rules', id: rule, pack: id, base: { ...base } }];
    });
    const pack = { id, version, digest, manifest, parameters, trust: 'product', installedBy: 'service:demo' } as const;
    await keepInstalled(db, tenant, pack, objects);
  }
}

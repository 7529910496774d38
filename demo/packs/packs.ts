import type { DemoContext, PartsOf } from '@alzette/kit/service';
import type { packService } from '@alzette/packs';
import { parameterValues, withParameters } from '@alzette/packs/parameters';
import { installedPacks, keepInstalled, type PackObject } from '../../services/packs/src/store/pack-rows.ts';
import { PACKS_OF_DEMO } from './documents.ts';

/** Writes down which packs the contents of the demo come from, unless it is written. */
export async function putPacks(
  { db, shipped }: PartsOf<ReturnType<typeof packService>>,
  { tenant }: DemoContext,
): Promise<void> {
  const installed = new Set((await installedPacks(db, tenant)).map(({ id }) => id));
  for (const { manifest, digest, documents } of (await shipped()).values()) {
    const { id, version } = manifest;
    const given = PACKS_OF_DEMO[id];
    if (given === undefined || installed.has(id)) continue;
    const parameters = parameterValues(manifest, given);
    const objects = [...documents].flatMap(([{ folder }, all]) =>
      all.map((each): PackObject => ({ folder, id: each.id, pack: id, base: withParameters(each, parameters) })),
    );
    const pack = { id, version, digest, manifest, parameters, trust: 'product', installedBy: 'service:demo' } as const;
    await keepInstalled(db, tenant, pack, objects);
  }
}

import { flatSamples, type Levels } from '@alzette/kit/forecasting';
import { type Container, HISTORY_DAYS } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { tenantsOf } from '../settings.ts';
import { departmentOf, readContainers } from './container.ts';
import { type ContainerState, forgetOthers, keepStates, readStates } from './container-rows.ts';
import { FORECAST } from './forecast-task.ts';

const DAY = 86_400_000;
const AT_ONCE = 25;

/** Computes the forecast and the sensor health of every container again. @returns how many */
export async function forecastAll(parts: WasteParts, now: number = Date.now()): Promise<number> {
  let count = 0;
  for (const tenant of await tenantsOf(parts.db)) count += await forecastTenant(parts, tenant, now);
  return count;
}

export async function forecastTenant(parts: WasteParts, tenant: string, now: number): Promise<number> {
  const { db, client, context, territories, compute } = parts;
  const territory = territories.of(tenant);
  const containers = await readContainers(client, { tenant, context, territory });
  for (let start = 0; start < containers.length; start += AT_ONCE) {
    const some = containers.slice(start, start + AT_ONCE);
    const levels = await readLevels(parts, tenant, some, now);
    const given = some.map(({ id, status, commune }) => {
      const department = departmentOf(territory, commune);
      return { id, status, department, levels: flatSamples(levels.get(id) ?? []) };
    });
    const { timeZone } = territory;
    const states = await compute.run(FORECAST, { timeZone, now, containers: given }, { tenant });
    await keepStates(db, tenant, states);
    await tellDevices(parts, tenant, states);
  }
  await forgetOthers(
    db,
    tenant,
    containers.map(({ id }) => id),
  );
  return containers.length;
}

/** Whether each container of the default tenant has a forecast. */
export async function isForecast({ db }: Pick<WasteParts, 'db'>): Promise<boolean> {
  const states = [...(await readStates(db, '')).values()];
  return states.length > 0 && states.every(({ forecast }) => forecast !== undefined);
}

/** The levels of containers in the last weeks. */
export async function readLevels(
  { client, context }: Pick<WasteParts, 'client' | 'context'>,
  tenant: string,
  containers: readonly Container[],
  now: number,
): Promise<Map<string, Levels>> {
  const past = await client.queryTemporal({
    id: containers.map(({ id }) => id),
    attrs: ['fillingLevel'],
    from: new Date(now - HISTORY_DAYS * DAY),
    to: new Date(now),
    tenant,
    context,
    limit: containers.length,
  });
  return new Map(
    past.map(({ id, attributes }) => [
      id,
      (attributes.fillingLevel ?? []).filter((sample): sample is [number, number] => typeof sample[0] === 'number'),
    ]),
  );
}

/**
 * Writes faults for the rules, which alarm on stuck or wrongly calibrated sensors. Rules detect silence and tilting
 * themselves.
 */
async function tellDevices(
  { client, context, logger }: WasteParts,
  tenant: string,
  states: readonly Omit<ContainerState, 'madeAt'>[],
): Promise<void> {
  const asked = { tenant, context };
  for (const { container, faults } of states) {
    const deviceState = faults.find((fault) => fault !== 'silent' && fault !== 'tilted') ?? 'ok';
    const { entities } = await client.queryEntities<{ id: string; deviceState?: string }>({
      ...asked,
      type: 'Device',
      q: `controlledAsset=="${container}"`,
      format: 'simplified',
      pick: ['id', 'type', 'deviceState'],
      limit: 5,
    });
    for (const device of entities) {
      if ((device.deviceState ?? 'ok') === deviceState) continue;
      const observedAt = new Date().toISOString();
      await client
        .mergeEntity(device.id, { deviceState: { type: 'Property', value: deviceState, observedAt } }, asked)
        .catch((err: unknown) => logger.warn({ err, device: device.id }, 'could not report the state of a sensor'));
    }
  }
}

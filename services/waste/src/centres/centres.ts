import { holidaysOfDepartment, publicHolidays } from '@alzette/kit/calendar';
import type { Published } from '@alzette/kit/service';
import { type Geometry, queryAll } from '@alzette/ngsi-ld-schemas';
import type { ShownCentre, WasteSettings } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { openAt, readOpeningHours } from './opening-hours.ts';
import { queueOf } from './queue.ts';

/** An entity in concise form. */
interface CentreEntity {
  readonly id: string;
  readonly name?: string;
  readonly scope?: string | readonly string[];
  readonly location?: Geometry;
  readonly address?: object;
  readonly openingHours?: string | readonly string[];
  /** Waiting vehicles, by a counter at the entrance. */
  readonly occupancy?: number | { readonly value: number; readonly observedAt?: string };
}

/** What strangers read of points of interest; only recycling centres are shown. */
export const PUBLISHED: readonly Published[] = [
  { types: ['PointOfInterest'], attributes: ['category', 'name', 'location', 'address', 'openingHours', 'occupancy'] },
];

/** Recycling centres: points of interest of the category `recyclingCentre`, with hours and queue. */
export async function publicCentres(
  { client, context, territories }: WasteParts,
  tenant: string,
  { minutesPerVehicle }: WasteSettings,
  now: Date = new Date(),
): Promise<ShownCentre[]> {
  const query = {
    type: 'PointOfInterest',
    q: 'category=="recyclingCentre"',
    tenant,
    context,
    format: 'concise' as const,
    pick: ['id', 'type', 'scope', 'name', 'location', 'address', 'openingHours', 'occupancy'],
  };
  const entities = await Array.fromAsync(queryAll<CentreEntity>(client, query));
  const territory = territories.of(tenant);
  return entities.map(({ id, name, scope, location, address, openingHours, occupancy }) => {
    const commune = territory.communes.find((each) => [scope ?? []].flat().includes(each.scope));
    const texts = [openingHours ?? []].flat();
    const hours = readOpeningHours(texts);
    const whose = holidaysOfDepartment(commune?.department);
    const isHoliday = (day: string) => publicHolidays(whose, Number(day.slice(0, 4))).has(day.slice(5));
    const state = hours && openAt(hours, now, territory.timeZone, isHoliday);
    const queue = state?.open && typeof occupancy === 'object' ? queueOf(occupancy, minutesPerVehicle, now) : undefined;
    return {
      id,
      name,
      ...(commune && { commune: commune.slug }),
      ...(location?.type === 'Point' && { location: location.coordinates as [number, number] }),
      address,
      openingHours: texts,
      ...(state && { open: state.open }),
      ...(state?.changesAt && { changesAt: state.changesAt.toISOString() }),
      ...(queue && { queue }),
    };
  });
}

import { holidaysOfDepartment } from '@alzette/kit/calendar';
import type { Language } from '@alzette/kit/languages';
import type { CommuneInfo, TerritoryShapes } from '@alzette/kit/service';
import { type Geometry, queryAll } from '@alzette/ngsi-ld-schemas';
import { contains, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { ShownCollection, WasteSettings } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { type CollectionDay, collectionDays, type Day, type Recurrence } from './collection-days.ts';
import { HOLIDAY_NAMES, kindName } from './collection-texts.ts';

/** A part of a commune with the same collection days. */
export interface Sector {
  readonly id: string;
  readonly name: string;
  readonly commune: CommuneInfo | undefined;
  readonly schedules: readonly Schedule[];
}

interface Schedule {
  readonly kind: string;
  readonly recurrences: readonly Recurrence[];
  readonly extra: readonly Day[];
  readonly putOut?: string;
  readonly area?: Geometry;
}

/** An entity in simplified form. */
interface ScheduleEntity {
  readonly id: string;
  readonly areaServed?: string;
  readonly storedWasteKind?: string;
  readonly schedule?: Recurrence | readonly Recurrence[];
  readonly extraDate?: Day | readonly Day[];
  readonly presentationTime?: string;
  readonly serviceArea?: Geometry;
  readonly scope?: string | readonly string[];
}

/** The sectors of a tenant: its entities of type WasteCollectionSchedule, grouped by `areaServed`. */
export async function readSectors(
  { client, context, territories }: Pick<WasteParts, 'client' | 'context' | 'territories'>,
  tenant: string,
): Promise<Sector[]> {
  const query = {
    type: 'WasteCollectionSchedule',
    tenant,
    context,
    format: 'simplified',
  } as const;
  const entities = await Array.fromAsync(queryAll<ScheduleEntity>(client, query));
  const { communes } = territories.of(tenant);
  const sectors = new Map<string, Sector & { schedules: Schedule[] }>();
  for (const entity of entities) {
    const { areaServed, storedWasteKind, schedule, scope } = entity;
    if (areaServed === undefined || storedWasteKind === undefined || schedule === undefined) continue;
    const id = sectorId(areaServed);
    const scopes = [scope ?? []].flat();
    const commune = communes.find((each) =>
      scopes.some((own) => own === each.scope || own.startsWith(`${each.scope}/`)),
    );
    const sector = sectors.get(id) ?? { id, name: areaServed, commune, schedules: [] };
    sectors.set(id, sector);
    sector.schedules.push({
      kind: storedWasteKind,
      recurrences: [schedule].flat().map((rule) => ({ ...rule, byDay: [rule.byDay].flat() })),
      extra: [entity.extraDate ?? []].flat(),
      ...(entity.presentationTime !== undefined && { putOut: entity.presentationTime }),
      ...(entity.serviceArea !== undefined && { area: entity.serviceArea }),
    });
  }
  return [...sectors.values()].sort((a, b) => a.name.localeCompare(b.name, 'fr'));
}

/** `Villerupt Centre` → `villerupt-centre`. */
export function sectorId(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The topic for reminders. */
export function topicOf({ id }: Sector): string {
  return `collections:${id}`;
}

/** The sector of a position: the one of its commune whose area contains it. */
export function sectorAt(
  sectors: readonly Sector[],
  { boundaries }: TerritoryShapes,
  position: LonLat,
): Sector | undefined {
  const near = sectors.filter(({ commune }) => {
    const boundary = commune && boundaries.get(commune.slug);
    return commune === undefined || (boundary !== undefined && contains(boundary, position));
  });
  const within = near.find(({ schedules }) => schedules.some(({ area }) => area && contains(area, position)));
  return within ?? near.find(({ schedules }) => schedules.every(({ area }) => area === undefined));
}

/** The collections of a sector by day. */
export function collectionsOf(
  { schedules, commune }: Sector,
  settings: WasteSettings,
  language: Language,
  { from, to }: { readonly from: Day; readonly to: Day },
): ShownCollection[] {
  const holidays = holidaysOfDepartment(commune?.department);
  const shift = settings.shiftOf[commune?.slug ?? ''] ?? settings.shift;
  return schedules
    .flatMap(({ kind, recurrences, extra, putOut = settings.putOut }) =>
      collectionDays(recurrences, { from, to, holidays, shift, extra }).map((found) => ({
        ...shown(found, language),
        kind,
        title: kindName(kind, language),
        putOut,
      })),
    )
    .sort((a, b) => a.day.localeCompare(b.day) || a.kind.localeCompare(b.kind));
}

function shown({ day, shiftedFrom, holiday }: CollectionDay, language: Language) {
  return {
    day,
    ...(shiftedFrom !== undefined && { shiftedFrom }),
    ...(holiday !== undefined && { holiday: HOLIDAY_NAMES[holiday][language] }),
  };
}

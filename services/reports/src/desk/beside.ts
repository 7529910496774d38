import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Report } from '../report/report.ts';

/** A value that an asset gave last. */
interface Measured {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly unitCode?: string;
  /** ISO 8601; absent: it is no measurement, or nobody said when. */
  readonly observedAt?: string;
}

const MOST_VALUES = 12;
const MOST_ALARMS = 20;
/** Told elsewhere. */
const NAMING = new Set(['name', 'alternateName', 'description']);

/** What a report is about: its last values, the latest first, and its alarms, as who asks may see them. */
export async function besideOf(
  { asset }: Report,
  client: NgsiLdClient,
  tenant: string,
  { context, publicUrl }: { readonly context: string; readonly publicUrl: string },
) {
  if (asset === undefined) return { alarms: [] };
  const entity = await client.retrieveEntity(asset, { tenant, context });
  const { entities: alarms } = await client.queryEntities({
    type: 'Alert',
    q: `about==${JSON.stringify(asset)};condition=="active"`,
    orderBy: 'dateIssued;desc',
    format: 'simplified',
    tenant,
    context: `${publicUrl}/contexts/Alert/v2.jsonld`,
    limit: MOST_ALARMS,
  });
  return {
    ...(entity !== undefined && {
      asset: { id: asset, type: entity.type, name: nameOf(entity) },
      telemetry: measuredOf(entity),
    }),
    alarms,
  };
}

type Attribute = {
  readonly value?: unknown;
  readonly languageMap?: Readonly<Record<string, unknown>>;
  readonly unitCode?: string;
  readonly observedAt?: string;
};

function nameOf({ name, alternateName }: Entity): string | undefined {
  const { value, languageMap } = (name ?? alternateName ?? {}) as Attribute;
  const text = value ?? languageMap?.fr;
  return typeof text === 'string' ? text : undefined;
}

function measuredOf(entity: Entity): Measured[] {
  const found = Object.entries(entity).flatMap(([name, given]): Measured[] => {
    const attribute = ([given].flat() as unknown[])[0]; // of several sensors the first
    if (NAMING.has(name) || typeof attribute !== 'object' || attribute === null) return [];
    const { value, unitCode, observedAt } = attribute as Attribute;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
    return [
      { name, value, ...(unitCode !== undefined && { unitCode }), ...(observedAt !== undefined && { observedAt }) },
    ];
  });
  const latestFirst = (a: Measured, b: Measured) => (b.observedAt ?? '').localeCompare(a.observedAt ?? '');
  return found.sort(latestFirst).slice(0, MOST_VALUES);
}

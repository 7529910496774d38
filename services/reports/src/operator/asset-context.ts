import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Measured, ReportDetail } from '../contract/desk.ts';
import type { Report } from '../contract/report.ts';

const MAX_VALUES = 12;
const MAX_ALARMS = 20;
/** These are shown elsewhere. */
const NAMING = new Set(['name', 'alternateName', 'description']);

/** The asset of a report: its last values, latest first, and its alarms, as visible to the caller. */
export async function assetContextOf(
  { asset }: Report,
  client: NgsiLdClient,
  tenant: string,
  { context, publicUrl }: { readonly context: string; readonly publicUrl: string },
): Promise<Pick<ReportDetail, 'asset' | 'telemetry' | 'alarms'>> {
  if (asset === undefined) return { alarms: [] };
  const entity = await client.retrieveEntity(asset, { tenant, context });
  const { entities: alarms } = await client.queryEntities({
    type: 'Alert',
    q: `about==${JSON.stringify(asset)};condition=="active"`,
    orderBy: 'dateIssued;desc',
    format: 'simplified',
    tenant,
    context: `${publicUrl}/contexts/Alert/v2.jsonld`,
    limit: MAX_ALARMS,
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
    const attribute = ([given].flat() as unknown[])[0]; // the first of several instances
    if (NAMING.has(name) || typeof attribute !== 'object' || attribute === null) return [];
    const { value, unitCode, observedAt } = attribute as Attribute;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
    return [
      { name, value, ...(unitCode !== undefined && { unitCode }), ...(observedAt !== undefined && { observedAt }) },
    ];
  });
  const latestFirst = (a: Measured, b: Measured) => (b.observedAt ?? '').localeCompare(a.observedAt ?? '');
  return found.sort(latestFirst).slice(0, MAX_VALUES);
}

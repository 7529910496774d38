import { holidaysOfDepartment, type IsHoliday, isHolidayOf } from '@alzette/kit/calendar';
import type { TerritoryInfo } from '@alzette/kit/service';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { InsightParts } from '../parts.ts';
import type { Target } from './target.ts';

/** An entity of a target. */
export interface Asset {
  readonly id: string;
  readonly name?: string;
  readonly scopes: readonly string[];
  readonly max?: number;
  /** UN/CEFACT common code of the attribute, if it has one. */
  readonly unitCode?: string;
}

type Asked = Pick<InsightParts, 'client' | 'context'>;

const PAGE = 500;

/** All entities of a target in a tenant. */
export async function readAssets({ client, context }: Asked, tenant: string, target: Target): Promise<Asset[]> {
  const { type, attribute, max, q } = target;
  const found: Asset[] = [];
  const pick = ['id', 'type', 'scope', 'name', attribute, ...(typeof max === 'string' ? [max] : [])];
  const query = { type, ...(q !== undefined && { q }), tenant, context, format: 'concise', pick, limit: PAGE } as const;
  for await (const entity of queryAll<Record<string, unknown> & { id: string }>(client, query)) {
    const [own, name] = [entity[attribute], valueIn(entity.name)];
    const most = typeof max === 'string' ? valueIn(entity[max]) : max;
    const unitCode = typeof own === 'object' && own !== null ? (own as { unitCode?: unknown }).unitCode : undefined;
    found.push({
      id: entity.id,
      ...(typeof name === 'string' && { name }),
      scopes: [entity.scope ?? []].flat() as string[], // the type of the standard
      ...(typeof most === 'number' && { max: most }),
      ...(typeof unitCode === 'string' && { unitCode }),
    });
  }
  return found;
}

function valueIn(attribute: unknown): unknown {
  return typeof attribute === 'object' && attribute !== null && 'value' in attribute ? attribute.value : attribute;
}

/** The history of an attribute of some entities, by id; only numbers. */
export async function readSamples(
  { client, context }: Asked,
  tenant: string,
  { attribute }: Pick<Target, 'attribute'>,
  assets: readonly Asset[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Map<string, [number, number][]>> {
  const past = await client.queryTemporal({
    id: assets.map(({ id }) => id),
    attrs: [attribute],
    from: new Date(from),
    to: new Date(to),
    tenant,
    context,
    limit: assets.length,
  });
  return new Map(
    past.map(({ id, attributes }) => [
      id,
      (attributes[attribute] ?? []).filter((sample): sample is [number, number] => typeof sample[0] === 'number'),
    ]),
  );
}

/** The département of an entity, which determines its holidays. */
export function departmentAt({ communes }: TerritoryInfo, { scopes }: Pick<Asset, 'scopes'>): string | undefined {
  return (communes.find((each) => scopes.includes(each.scope)) ?? communes[0])?.department;
}

/** The holidays at the place of an entity. */
export function holidaysAt(territory: TerritoryInfo, asset: Pick<Asset, 'scopes'>): IsHoliday {
  return isHolidayOf(holidaysOfDepartment(departmentAt(territory, asset)));
}

import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { Simulation, VariantResult } from '../contract/scenario.ts';
import type { DecisionParts } from '../parts.ts';
import { EXPOSURE, type Zone } from '../reach/exposure-task.ts';
import type { KnownCell } from '../reach/group-cells.ts';
import type { Asked } from '../statistics/kpi-entities.ts';

interface ZoneEntity {
  readonly category?: string | readonly string[];
  readonly severity?: string;
  readonly validFrom?: string;
  readonly location?: Zone['geometry'];
}

interface KnownZone extends Zone {
  readonly day?: string;
}

const TYPE = 'ExposureZone';
/** Path of the @context of the model of zones; other zones have the names of the territory's @context. */
const OWN_CONTEXT_PATH = '/contexts/Decisions/v1.jsonld';
const MOST = 5000;

/** The zones of noise, heat, floods and others that the client may read. */
export async function readZones(asked: Asked): Promise<KnownZone[]> {
  const own = new URL(OWN_CONTEXT_PATH, asked.context).href;
  const read = await Promise.all([own, asked.context].map((context) => zonesNamedBy({ ...asked, context })));
  return read.flat().slice(0, MOST);
}

async function zonesNamedBy({ client, tenant, context }: Asked): Promise<KnownZone[]> {
  const pick = ['id', 'type', 'category', 'severity', 'validFrom', 'location'];
  const query = { type: TYPE, pick, format: 'simplified' as const, limit: 500, tenant, context };
  const zones: KnownZone[] = [];
  for await (const { category, severity = '', validFrom, location } of queryAll<ZoneEntity>(client, query)) {
    const [kind] = [category ?? []].flat();
    if (kind === undefined || (location?.type !== 'Polygon' && location?.type !== 'MultiPolygon')) continue;
    const day = validFrom?.slice(0, 10);
    zones.push({ category: kind, severity, geometry: location, ...(day !== undefined && { day }) });
    if (zones.length === MOST) break;
  }
  return zones;
}

/** Who is inside the zones today and in a variant with its new districts. Empty: no zones are known. */
export async function exposureOf(
  { compute }: DecisionParts,
  tenant: string,
  given: {
    readonly zones: readonly KnownZone[];
    readonly cells: readonly KnownCell[];
    readonly variant: Simulation['variants'][number];
    readonly result: VariantResult;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<NonNullable<VariantResult['exposure']>> {
  const { zones, cells, variant, result, signal } = given;
  if (zones.length === 0) return [];
  const districts = (variant.changes ?? []).flatMap((change) => (change.kind === 'district' ? [change] : []));
  const input = {
    zones: zones.map(({ category, severity, geometry }) => ({ category, severity, geometry })),
    cells: cells.map(({ at, people }) => ({ at, people })),
    districts: districts.map(({ area, homes }) => ({ area, homes })),
  };
  const exposed = await compute.run(EXPOSURE, input, { tenant, signal });
  const drawn = districts.reduce((sum, { homes }) => sum + homes, 0);
  const added = result.outputs.find(({ id }) => id === 'people')?.value;
  return exposed.map(({ category, severity, people, homes }) => {
    const own = zones.filter((zone) => zone.category === category && zone.severity === severity);
    const days = own.flatMap(({ day }) => day ?? []).sort();
    const isCounted = added !== undefined && drawn > 0;
    return {
      ...{ category, severity, zones: own.length, people, homes },
      ...(days[0] !== undefined && { from: days[0] }),
      ...(isCounted && { peopleAfter: people + (homes / drawn) * added }),
    };
  });
}

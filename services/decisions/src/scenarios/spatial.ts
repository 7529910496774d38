import { refused } from '@alzette/kit/problems';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import { contains, distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { Model } from '../contract/model.ts';
import type { Change, PlaceKind, ServedChange } from '../contract/reach.ts';
import type { Simulation } from '../contract/scenario.ts';
import type { DecisionParts } from '../parts.ts';
import { type Facility, middleOfRing, readFacilities } from '../reach/facilities.ts';
import type { ReachGround } from '../reach/ground.ts';
import { groupsOf, type KnownCell } from '../reach/group-cells.ts';
import { NEAREST } from '../reach/nearest-task.ts';
import { groupChange, servedChange } from '../reach/served.ts';
import type { Asked } from '../statistics/kpi-entities.ts';

type Variant = Simulation['variants'][number];
type WalkedTo = ServedChange['place'];

/** Metres on foot that people are counted within. */
const LIMITS: { readonly [P in WalkedTo]: readonly number[] } = {
  stop: [300, 500],
  school: [500, 1000],
  container: [150, 300],
};
/** A place that is to be closed is the nearest one to where the map was touched. */
const FOUND_WITHIN_M = 150;
const METRES_PER_DEGREE = 111_195;

/** The levers that follow from what was drawn, as far as the model has them. @throws Problem 400 */
export async function drawnLevers(asked: Asked, { levers }: Model, variant: Variant, field: string) {
  const { changes = [] } = variant;
  const drawn: Record<string, number> = {};
  const add = (id: string, value: number) => {
    if (levers.some((lever) => lever.id === id)) drawn[id] = (drawn[id] ?? 0) + value;
  };
  for (const change of changes) {
    if (change.kind === 'district') add('homes', change.homes);
    if (change.kind === 'trees') {
      add('trees', change.trees);
      add('area', hectaresOf(change.area));
    }
    if (change.kind !== 'lamps') continue;
    const { count, power } = await lampsIn(asked, change.area);
    if (count === 0) throw refused(`${field}.changes`, 'an area without lamps', 'an area with lamps that you may read');
    const before = drawn.lamps ?? 0;
    add('lamps', count);
    if (levers.some(({ id }) => id === 'lampPower') && power > 0)
      drawn.lampPower = ((drawn.lampPower ?? 0) * before + power * count) / (before + count);
    if (levers.some(({ id }) => id === 'level')) drawn.level = change.level;
  }
  return Object.fromEntries(
    Object.entries(drawn).map(([id, value]) => {
      const { min = value, max = value } = levers.find((lever) => lever.id === id) ?? {};
      return [id, Math.min(max, Math.max(min, value))];
    }),
  );
}

async function lampsIn({ client, tenant, context }: Asked, area: readonly LonLat[]) {
  const closed = [...area, area[0] as LonLat];
  const lamps = queryAll<{ id: string; powerRating?: number }>(client, {
    type: 'Streetlight',
    pick: ['id', 'type', 'powerRating'],
    georel: 'within',
    geometry: 'Polygon',
    coordinates: [closed],
    format: 'simplified',
    limit: 1000,
    tenant,
    context,
  });
  let [count, known, watts] = [0, 0, 0];
  for await (const { powerRating } of lamps) {
    count += 1;
    if (typeof powerRating !== 'number') continue;
    known += 1;
    watts += powerRating;
  }
  return { count, power: known === 0 ? 0 : watts / known };
}

/** The shoelace formula on a plane around the first corner. */
function hectaresOf(ring: readonly LonLat[]): number {
  const [[lon, lat] = [0, 0]] = ring;
  const plane = ring.map(([x, y]) => [
    (x - lon) * METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180),
    (y - lat) * METRES_PER_DEGREE,
  ]);
  const doubled = plane.reduce((sum, [x = 0, y = 0], at) => {
    const [nextX = 0, nextY = 0] = plane[(at + 1) % plane.length] ?? [];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(doubled) / 2 / 10_000;
}

/** How far people walk to what a variant opens or closes; empty: it changes no place that people walk to. */
export async function servedOf(
  { compute }: DecisionParts,
  ground: ReachGround,
  asked: Asked,
  given: {
    readonly variant: Variant;
    readonly cells: () => Promise<readonly KnownCell[]>;
    readonly field: string;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ServedChange[]> {
  const { field, signal } = given;
  const { changes = [] } = given.variant;
  const kinds = new Set<WalkedTo>();
  for (const change of changes) {
    if (change.kind === 'stop') kinds.add('stop');
    if (change.kind === 'closing') kinds.add(change.place);
    if (change.kind === 'district') for (const kind of ['stop', 'school'] as const) kinds.add(kind);
  }
  if (kinds.size === 0) return [];
  const [graph, cells] = await Promise.all([ground.graph(asked.tenant), given.cells()]);
  const district = middleOfRing(changes.flatMap((change) => (change.kind === 'district' ? change.area : [])));
  const origins = [...cells.map(({ at }) => at), ...(district ? [district] : [])];
  const served: ServedChange[] = [];
  for (const place of kinds) {
    const today = await readFacilities(asked, place as PlaceKind);
    const lists = [today.map(({ at }) => at), changed(today, changes, place, field)];
    const [before = [], after = []] = await compute.run(
      NEAREST,
      { graph, origins, lists },
      { tenant: asked.tenant, signal },
    );
    const distances = (metres: readonly number[]) =>
      cells.map(({ people }, at) => ({ people, metres: metres[at] ?? Number.POSITIVE_INFINITY }));
    const [own, then] = [before[cells.length], after[cells.length]];
    const groups = groupsOf(cells).map((group) => groupChange(distances(before), distances(after), group));
    served.push({
      place,
      ...servedChange(distances(before), distances(after), LIMITS[place]),
      ...(groups.length > 0 && { groups }),
      ...(district && { district: { ...finite('before', own), ...finite('after', then) } }),
    });
  }
  return served;
}

function finite<N extends string>(name: N, value: number | undefined) {
  return value !== undefined && Number.isFinite(value) ? { [name]: value } : {};
}

/** The places of a kind after the changes. @throws Problem 400: none is where one is to be closed */
function changed(today: readonly Facility[], changes: readonly Change[], place: WalkedTo, field: string): LonLat[] {
  const closed = new Set<string>();
  for (const change of changes) {
    if (change.kind !== 'closing' || change.place !== place) continue;
    const [nearest] = today
      .map((facility) => ({ ...facility, metres: distanceM(facility.at, change.at) }))
      .filter(({ id }) => !closed.has(id))
      .sort((a, b) => a.metres - b.metres);
    if (nearest === undefined || nearest.metres > FOUND_WITHIN_M)
      throw refused(`${field}.changes`, change.at, `a position within ${FOUND_WITHIN_M} m of a ${place}`);
    closed.add(nearest.id);
  }
  const opened = place === 'stop' ? changes.flatMap((change) => (change.kind === 'stop' ? [change.at] : [])) : [];
  return [...today.filter(({ id }) => !closed.has(id)).map(({ at }) => at), ...opened];
}

/** The people of the cells within a ring. */
export function peopleIn(cells: readonly { readonly at: LonLat; readonly people: number }[], ring: readonly LonLat[]) {
  const area = { type: 'Polygon', coordinates: [ring] };
  return cells.reduce((sum, { at, people }) => sum + (contains(area, at) ? people : 0), 0);
}

import { type Expression, ExpressionFault, type Place } from './filter/expression.ts';
import type { SetName } from './sets.ts';

/** What a `$filter` says that the broker can look for. The rest is compared item by item. */
export interface Narrowed {
  readonly types?: string;
  readonly entity?: string;
  readonly attribute?: string;
  /** Milliseconds since 1970, both included. */
  readonly from?: number;
  readonly to?: number;
  readonly geo?: { readonly georel: string; readonly geometry: string; readonly coordinates: unknown };
  readonly rest?: Expression;
}

type Change = Omit<Narrowed, 'rest'>;

/** `Thing/properties/type` of a Datastream is `properties/type` of a Thing. */
const TO_THING: { readonly [name in SetName]?: string } = {
  Datastreams: 'Thing/',
  Locations: 'Things/',
  HistoricalLocations: 'Thing/',
  Observations: 'Datastream/Thing/',
};
/** The paths to the place of an entity, from each set. */
const PLACES: { readonly [name in SetName]?: readonly string[] } = {
  Things: ['Locations/location'],
  Locations: ['location'],
  FeaturesOfInterest: ['feature'],
  Datastreams: ['Thing/Locations/location', 'observedArea'],
  Observations: ['FeatureOfInterest/feature'],
};
const GEORELS: Readonly<Record<string, string>> = {
  'geo.intersects': 'intersects',
  st_intersects: 'intersects',
  st_within: 'within',
  st_contains: 'contains',
  st_equals: 'equals',
  st_disjoint: 'disjoint',
  st_overlaps: 'overlaps',
};
const TIMES: ReadonlySet<string> = new Set(['phenomenonTime', 'resultTime', 'time']);
const TYPE_NAME = /^[\w.:/#-]+$/;

/** Takes from the conditions that are joined by `and` what the broker can look for. */
export function narrow(set: SetName, filter: Expression | undefined): Narrowed {
  let found: Change = {};
  let rest: Expression | undefined;
  for (const condition of filter === undefined ? [] : conditionsOf(filter)) {
    const place = placeOf(set, condition);
    if (place !== undefined && found.geo === undefined) {
      found = { ...found, geo: place };
      continue;
    }
    found = joined(found, changeOf(set, condition));
    rest = rest === undefined ? condition : { kind: 'call', name: 'and', args: [rest, condition] };
  }
  return { ...found, ...(rest && { rest }) };
}

function conditionsOf(filter: Expression): Expression[] {
  return filter.kind === 'call' && filter.name === 'and' ? filter.args.flatMap(conditionsOf) : [filter];
}

function joined(one: Change, other: Change): Change {
  const from = latest(one.from, other.from);
  const to = latest(one.to, other.to, Math.min);
  return { ...other, ...one, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function latest(one: number | undefined, other: number | undefined, choose = Math.max): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : choose(one, other);
}

/** The condition stays in the rest too: these are bounds of what it can match. */
function changeOf(set: SetName, condition: Expression): Change {
  if (condition.kind !== 'call') return {};
  const [left, right] = condition.args;
  if (left?.kind !== 'path' || right?.kind !== 'literal') return {};
  const path = left.path.join('/');
  const { value } = right;
  if (typeof value === 'object' && value !== null && 'instant' in value) {
    if (!TIMES.has(path)) return {};
    if (condition.name === 'ge' || condition.name === 'gt') return { from: value.instant };
    if (condition.name === 'le' || condition.name === 'lt') return { to: value.instant };
    return condition.name === 'eq' ? { from: value.instant, to: value.instant } : {};
  }
  return typeof value === 'string' && condition.name === 'eq' ? ofText(set, path, value) : {};
}

function ofText(set: SetName, path: string, value: string): Change {
  const start = TO_THING[set] ?? '';
  if (path === `${start}properties/type` && TYPE_NAME.test(value)) return { types: value };
  const plain = path.replace('@iot.id', 'id');
  if (plain === `${start}id` || plain === 'FeatureOfInterest/id') {
    return set === 'Things' || start !== '' || set === 'FeaturesOfInterest' ? { entity: value } : {};
  }
  const [entity, attribute] = value.split('|');
  if (plain === 'Datastream/id' && entity && attribute) return { entity, attribute };
  if (plain === 'ObservedProperty/id' || plain === 'Datastream/ObservedProperty/id') return { attribute: value };
  return {};
}

/** @throws ExpressionFault: the condition is about space in another way than the broker can look for */
function placeOf(set: SetName, condition: Expression): Narrowed['geo'] | undefined {
  if (condition.kind !== 'call') return;
  const georel = GEORELS[condition.name];
  const [left, right] = condition.args;
  if (georel !== undefined) {
    const isPlace = left?.kind === 'path' && PLACES[set]?.includes(left.path.join('/'));
    if (!isPlace || right?.kind !== 'literal' || !isGeometry(right.value)) {
      const paths = PLACES[set]?.join(' or ') ?? 'nothing';
      throw new ExpressionFault(`${condition.name} of ${set} compares ${paths} with a geography`, true);
    }
    return { georel, geometry: right.value.geometry.type, coordinates: right.value.geometry.coordinates };
  }
  return near(set, condition.name, left, right);
}

/** `geo.distance(location, geography'POINT (6 49)') lt 500`: a circle. */
function near(set: SetName, name: string, left?: Expression, right?: Expression): Narrowed['geo'] | undefined {
  if ((name !== 'lt' && name !== 'le') || left?.kind !== 'call' || left.name !== 'geo.distance') return;
  const [place, point] = left.args;
  const isPlace = place?.kind === 'path' && PLACES[set]?.includes(place.path.join('/'));
  if (!isPlace || point?.kind !== 'literal' || !isGeometry(point.value) || right?.kind !== 'literal') return;
  if (point.value.geometry.type !== 'Point' || typeof right.value !== 'number' || right.value < 0) return;
  const { type, coordinates } = point.value.geometry;
  return { georel: `near;maxDistance==${right.value}`, geometry: type, coordinates };
}

const isGeometry = (value: unknown): value is Place =>
  typeof value === 'object' && value !== null && 'geometry' in value;

import { conflict, refused } from '@alzette/kit/problems';
import { bboxOf, positionsOf } from '../bbox.ts';
import type { GivenBoundaries, GivenStreets, GivenTerritory, TerritoryDocument } from '../contract/territory.ts';
import { departmentIn } from '../folder/read-territory.ts';
import type { Boundary } from '../territory-shape.ts';

const MOST_POINTS = 400_000;
/** Of white text on a colour (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;

/** A territory whose parts fit each other, in the form in which it is kept. */
export interface CheckedTerritory {
  readonly document: TerritoryDocument;
  readonly bbox: readonly [number, number, number, number];
  readonly shapes: { readonly boundaries: GivenBoundaries; readonly streets?: GivenStreets };
}

/** @throws Problem 400: a member contradicts another, or the world */
export function checkTerritory({ boundaries, streets, ...given }: GivenTerritory): CheckedTerritory {
  checkTimeZone(given.timeZone);
  if (given.colour !== undefined) checkColour(given.colour);
  const slugs = new Set(given.communes.map(({ slug }) => slug));
  if (slugs.size < given.communes.length) throw refused('communes', given.communes, 'a different slug for each');
  checkPoints('boundaries', boundaries.features);
  checkPoints('streets', streets?.features ?? []);
  streets?.features.forEach(({ properties: { commune } }, i) => {
    if (!slugs.has(commune)) throw refused(`streets.features[${i}].properties.commune`, commune, [...slugs].join(', '));
  });
  const byCommune = new Map(boundaries.features.map((feature) => [feature.properties.commune, feature]));
  const communes = given.communes.map((commune, i) => {
    const feature = byCommune.get(commune.slug);
    if (feature === undefined) {
      throw refused(`communes[${i}].slug`, commune.slug, `one of boundaries: ${[...byCommune.keys()].join(', ')}`);
    }
    checkDepth(commune.slug, feature.geometry);
    return { ...commune, center: commune.center ?? middleOf(feature.geometry as Boundary) };
  });
  checkStates(given);
  const own = boundaries.features.filter(({ properties: { commune } }) => slugs.has(commune));
  return {
    document: { ...given, communes },
    bbox: bboxOf(own.map(({ geometry }) => geometry as Boundary)),
    shapes: {
      boundaries: { type: 'FeatureCollection', features: own.map(plain) },
      ...(streets && { streets: { type: 'FeatureCollection', features: streets.features.map(plain) } }),
    },
  };
}

/** Without members that are not ours, which published files have. */
function plain<F extends { type: 'Feature'; properties: object; geometry: object }>({ properties, geometry }: F): F {
  const { commune, name, kind } = properties as { commune?: string; name?: string; kind?: string };
  const { type, coordinates } = geometry as { type: string; coordinates: unknown };
  const kept = { commune, ...(name !== undefined && { name }), ...(kind !== undefined && { kind }) };
  return { type: 'Feature', properties: kept, geometry: { type, coordinates } } as unknown as F;
}

/** The holidays of a German commune are those of its state, which its code tells. */
function checkStates({ country, communes }: Pick<GivenTerritory, 'country' | 'communes'>): void {
  communes.forEach(({ department, code }, i) => {
    if (country === 'DE' && !/^DE-[A-Z]{2}$/.test(departmentIn(country, department, code))) {
      throw refused(`communes[${i}].department`, department, 'a state such as DE-SL, or a code of eight digits');
    }
  });
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw refused('timeZone', timeZone, 'a name of the IANA database, e.g. Europe/Paris');
  }
}

function checkColour(colour: string): void {
  const contrast = contrastWithWhite(colour);
  if (contrast >= LEAST_CONTRAST) return;
  throw refused(
    'colour',
    colour,
    `a darker one: the contrast with white is ${contrast.toFixed(2)}, needed ${LEAST_CONTRAST}`,
  );
}

/** By the formula of WCAG 2.2. */
function contrastWithWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

/** The schema can't tell a Polygon with the coordinates of a MultiPolygon. */
function checkDepth(
  slug: string,
  { type, coordinates }: { readonly type: string; readonly coordinates: unknown },
): void {
  const depth = type === 'Polygon' ? 2 : 3;
  let inner = coordinates;
  for (let level = 0; level < depth; level++) inner = (inner as readonly unknown[])[0];
  if (Array.isArray(inner) && typeof inner[0] === 'number') return;
  throw refused(`boundaries, ${slug}: geometry.coordinates`, inner, `those of a ${type}`);
}

function checkPoints(
  name: string,
  features: readonly { readonly geometry: { readonly coordinates: unknown } }[],
): void {
  let points = 0;
  features.forEach(({ geometry }, i) => {
    for (const [x, y] of positionsOf(geometry.coordinates)) {
      points += 1;
      if (Math.abs(x) <= 180 && Math.abs(y) <= 90) continue;
      const where = `${name}.features[${i}].geometry.coordinates`;
      throw refused(where, [x, y], 'longitude and latitude in degrees (WGS 84)');
    }
  });
  if (points > MOST_POINTS)
    throw conflict(`${name}: got ${points} points, expected at most ${MOST_POINTS}; simplify it`);
}

function middleOf(boundary: Boundary): [number, number] {
  const [west, south, east, north] = bboxOf([boundary]);
  const middle = (from: number, to: number) => Math.round(((from + to) / 2) * 1e5) / 1e5;
  return [middle(west, east), middle(south, north)];
}

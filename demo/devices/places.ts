import { type DemoShare, distance, type Point, type Position, planeOf, type Territory, walk } from '@alzette/territory';

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly position: Position;
  readonly street: string;
  /** The commune's slug. */
  readonly commune: string;
}

export interface LampPlace extends Place {
  /** The id of the cabinet that supplies it. */
  readonly cabinet: string;
}

export const WASTE_KINDS = ['glass', 'paper', 'plastic'] as const;

export type WasteKind = (typeof WASTE_KINDS)[number];

export interface ContainerPlace extends Place {
  readonly kind: WasteKind;
}

export interface Places {
  readonly lamps: readonly LampPlace[];
  readonly cabinets: readonly Place[];
  readonly containers: readonly ContainerPlace[];
}

/** The default for communes without a demo share in their territory. */
const USUAL: DemoShare = { lamps: 40, collectionPoints: 2 };

const LAMP_SPACING = 30;
const ROADSIDE = 5;
const LAMPS_PER_CABINET = 20;
const LIT_KINDS = ['main', 'inner', 'ring', 'side', 'estate'];

interface StreetLine {
  readonly name: string;
  readonly kind: string;
  readonly line: readonly Point[];
}

/** Places lamps along the streets, cabinets among them and containers at crossings; the result is always the same. */
export function placeAssets(territory: Territory): Places {
  const plane = planeOf(territory);
  const lamps: LampPlace[] = [];
  const cabinets: Place[] = [];
  const containers: ContainerPlace[] = [];

  for (const { slug, center, demo: share = USUAL } of territory.communes) {
    const middle = plane.toPoint(center);
    const streets = territory.streets.features
      .filter(({ properties }) => properties.commune === slug)
      .map(({ properties, geometry }) => ({ ...properties, line: geometry.coordinates.map(plane.toPoint) }));
    const code = slug.slice(0, 3).toUpperCase();

    lampPoints(streets, middle, share.lamps).forEach(({ point, street }, i) => {
      const group = Math.floor(i / LAMPS_PER_CABINET) + 1;
      const cabinet = `urn:ngsi-ld:StreetlightControlCabinet:${slug}-${digits(group, 2)}`;
      const number = digits(i + 1, 3);
      const position = plane.toPosition(point);
      const id = `urn:ngsi-ld:Streetlight:${slug}-${number}`;
      lamps.push({ id, name: `${code}-${number}`, position, street, commune: slug, cabinet });
      if (i % LAMPS_PER_CABINET !== LAMPS_PER_CABINET / 2) return;
      const beside = plane.toPosition([point[0] + 7, point[1] + 4]);
      cabinets.push({ id: cabinet, name: `${code}-C${digits(group, 2)}`, position: beside, street, commune: slug });
    });

    collectionPoints(streets, middle, share.collectionPoints).forEach(({ point, streets: names }, p) => {
      WASTE_KINDS.forEach((kind, k) => {
        const number = digits(p * WASTE_KINDS.length + k + 1, 2);
        const position = plane.toPosition([point[0] + 9 + k * 3, point[1] - 9]);
        const id = `urn:ngsi-ld:WasteContainer:${slug}-${number}`;
        containers.push({ id, name: names.join(' / '), position, street: names[0] ?? '', commune: slug, kind });
      });
    });
  }
  return { lamps, cabinets, containers };
}

/** Streets in the centre come first. The lamps of a street are consecutive, so that a cabinet supplies neighbours. */
function lampPoints(streets: readonly StreetLine[], middle: Point, count: number): { point: Point; street: string }[] {
  const lit = streets
    .filter(({ kind }) => LIT_KINDS.includes(kind))
    .map((street) => ({ ...street, away: distance(street.line[street.line.length >> 1] as Point, middle) }))
    .sort((a, b) => a.away - b.away);
  const points: { point: Point; street: string }[] = [];
  for (const { name, line } of lit) {
    for (const { point, heading } of walk(line, LAMP_SPACING, LAMP_SPACING / 2)) {
      const beside: Point = [point[0] - Math.sin(heading) * ROADSIDE, point[1] + Math.cos(heading) * ROADSIDE];
      if (points.some((other) => distance(other.point, beside) < LAMP_SPACING / 2)) continue;
      if (points.push({ point: beside, street: name }) === count) return points;
    }
  }
  return points;
}

/** Crossings as far from each other as possible; the one nearest to the centre comes first. */
function collectionPoints(streets: readonly StreetLine[], middle: Point, count: number) {
  const names = new Map<string, { point: Point; streets: string[] }>();
  for (const { name, line } of streets) {
    for (const point of line) {
      const key = point.map(Math.round).join();
      const crossing = names.get(key) ?? { point, streets: [] };
      if (!crossing.streets.includes(name)) crossing.streets.push(name);
      names.set(key, crossing);
    }
  }
  const crossings = [...names.values()]
    .filter((crossing) => crossing.streets.length === 2 && distance(crossing.point, middle) < 650)
    .sort((a, b) => distance(a.point, middle) - distance(b.point, middle));
  const chosen = crossings.slice(0, 1);
  while (chosen.length < count && chosen.length < crossings.length) {
    const room = (point: Point) => Math.min(...chosen.map((other) => distance(other.point, point)));
    chosen.push(crossings.reduce((best, crossing) => (room(crossing.point) > room(best.point) ? crossing : best)));
  }
  return chosen;
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0');
}

import { type Point, type Position, planeAround } from '../plane.ts';
import { boundariesOf } from './boundaries.ts';
import type { StreetWords } from './street-names.ts';
import { drawStreets } from './streets.ts';

/** The plan `plan.yaml`, from which boundaries and streets are drawn if a territory has no real data. */
export interface TerritoryPlan {
  /** The origin of the plane. */
  readonly origin: Position;
  readonly communes: readonly CommunePlan[];
  /** Roads that join communes, by slug. */
  readonly roads: readonly (readonly [string, string])[];
  /** The outer limit, clockwise. */
  readonly outline: readonly Position[];
  readonly streets: StreetWords;
}

interface CommunePlan {
  readonly slug: string;
  readonly center: Position;
  /** The form in street names: `d'Aumetz`. */
  readonly inNames: string;
  /** The radius of its streets in metres. */
  readonly radius: number;
  /** Bearing of the village's long axis in degrees counter-clockwise from east, and the ratio of length to width. */
  readonly axis: number;
  readonly stretch: number;
}

export interface DrawnTerritory {
  /** A Polygon for each commune, named by its property `commune`. */
  readonly boundaries: object;
  /** LineStrings with the properties `name`, `commune` and `kind`. */
  readonly streets: object;
}

/** Draws schematic boundaries and streets; the result is reproducible. */
export function drawTerritory(plan: TerritoryPlan): DrawnTerritory {
  const plane = planeAround(plan.origin);
  const sites = plan.communes.map((commune) => ({ ...commune, center: plane.toPoint(commune.center) }));
  const rings = boundariesOf(sites, plan.outline.map(plane.toPoint));
  const grounds = sites.map((site, i) => ({ ...site, boundary: rings[i] as Point[] }));
  return {
    boundaries: collection(
      grounds.map(({ slug, boundary }) => ({
        type: 'Feature',
        properties: { commune: slug },
        geometry: { type: 'Polygon', coordinates: [closed(boundary.map(plane.toPosition))] },
      })),
    ),
    streets: collection(
      drawStreets(grounds, plan.roads, plan.streets).map(({ name, commune, kind, line }) => ({
        type: 'Feature',
        properties: { name, commune, kind },
        geometry: { type: 'LineString', coordinates: line.map(plane.toPosition) },
      })),
    ),
  };
}

function collection(features: readonly object[]): object {
  return { type: 'FeatureCollection', features };
}

/** Counter-clockwise and closed, as GeoJSON requires for an outer ring (RFC 7946, 3.1.6). */
function closed(ring: Position[]): Position[] {
  let doubled = 0;
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] as Position;
    doubled += x * nextY - nextX * y;
  });
  const turned = doubled < 0 ? ring.toReversed() : ring;
  return [...turned, turned[0] as Position];
}

import { type Plane, planeAround } from './plane.ts';
import type { Territory } from './territory-shape.ts';

export { originOfBaseMap } from './base-map/base-map.ts';
export { Collectivities, type TerritoryHead } from './collectivities/collectivities.ts';
export {
  type Administrator,
  collectivityService,
  type Founding,
  migrationsFolder,
} from './collectivities/collectivity-service.ts';
export type { GiveAccess } from './collectivities/support.ts';
export { territoryRoutes } from './collectivities/territory-routes.ts';
export type { GroupFigures, LeftOut, Likeness, Model, ModelDocument, Taken } from './contract/contract.ts';
export { type DrawnTerritory, drawTerritory, type TerritoryPlan } from './draw/draw-territory.ts';
export { demoFolder, readPlan, readTerritory, scopeOf, TerritoryFault } from './folder/read-territory.ts';
export { distance, type Plane, type Point, type Position, planeAround, walk } from './plane.ts';
export { seededRandom } from './random.ts';
export type { BaseMap, Boundary, Commune, DemoShare, StreetFeature, Territory } from './territory-shape.ts';

/** A plane for measuring within the territory. */
export function planeOf({ bbox: [west, south, east, north] }: Territory): Plane {
  return planeAround([(west + east) / 2, (south + north) / 2]);
}

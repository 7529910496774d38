/** What a shape of a vector tile is drawn as. */
export type TileRole = 'water' | 'green' | 'building' | 'road' | 'street' | 'path' | 'rail';

/** The roles of whole layers, in the schemas of Protomaps, OpenMapTiles and Shortbread. */
const LAYERS: Readonly<Record<string, TileRole>> = {
  water: 'water',
  waterway: 'water',
  ocean: 'water',
  water_polygons: 'water',
  water_lines: 'water',
  park: 'green',
  building: 'building',
  buildings: 'building',
};
const AREAS = new Set(['landcover', 'landuse', 'land', 'sites']);
const GREEN =
  /^(?:forest|wood|grass|grassland|meadow|park|scrub|garden|cemetery|nature_reserve|national_park|farmland|orchard|vineyard|allotments|recreation_ground|village_green|golf_course|heath)$/;
const STREETS = new Set(['roads', 'transportation', 'transportation_name', 'streets', 'street_labels']);
const ROADS = /^(?:highway|major_road|motorway|trunk|primary|secondary)/;
const PATHS = /^(?:path|footway|cycleway|pedestrian|steps|track|bridleway)$/;
const RAILS = /^(?:rail|light_rail|subway|tram|narrow_gauge)$/;
const NO_STREETS = /^(?:ferry|aerialway|cable_car|pier|runway|taxiway)$/;

/** Its role by its layer and its kind (`kind` or `class`); undefined: it is not drawn. */
export function tileRole(layer: string, kind = ''): TileRole | undefined {
  if (LAYERS[layer]) return LAYERS[layer];
  if (AREAS.has(layer)) return GREEN.test(kind) ? 'green' : undefined;
  if (!STREETS.has(layer) || NO_STREETS.test(kind)) return undefined;
  if (RAILS.test(kind)) return 'rail';
  if (PATHS.test(kind)) return 'path';
  return ROADS.test(kind) ? 'road' : 'street';
}

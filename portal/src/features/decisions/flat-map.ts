import { useTerritory } from '@alzette/web/territory';
import { computed } from 'vue';

/** Longitude and latitude, degrees. */
export type Place = readonly [number, number];

/** The width of a flat map, in the units of its `viewBox`. */
export const WIDTH = 600;

type Polygons = readonly (readonly (readonly (readonly number[])[])[])[];

/** A flat map of the territory as SVG: so small a territory needs no projection, only degrees of the right width. */
export function useFlatMap() {
  const { territory } = useTerritory();
  const frame = computed(() => {
    const [west = 0, south = 0, east = 1, north = 1] = territory.value?.bbox ?? [];
    const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
    const scale = WIDTH / ((east - west) * shrink);
    return {
      height: (north - south) * scale,
      /** Where a place is drawn, as `x,y`. */
      at: ([x = 0, y = 0]: readonly number[]) =>
        `${((x - west) * shrink * scale).toFixed(1)},${((north - y) * scale).toFixed(1)}`,
      /** The place that is drawn there. */
      placeAt: (x: number, y: number): Place => [west + x / (shrink * scale), north - y / scale],
    };
  });
  /** Each commune with its outline as the `d` of a path. */
  const communes = computed(() =>
    (territory.value?.communes ?? []).map(({ slug, name, boundary, center }) => {
      // GeoJSON: the type says how deep the coordinates are.
      const polygons = (boundary.type === 'Polygon' ? [boundary.coordinates] : boundary.coordinates) as Polygons;
      const d = polygons
        .flatMap((rings) => rings.map((ring) => `M${ring.map((point) => frame.value.at(point)).join('L')}Z`))
        .join('');
      return { slug, name, d, center: center as Place };
    }),
  );
  return { frame, communes };
}

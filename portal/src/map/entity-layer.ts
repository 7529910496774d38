import type { Obstacle } from '@alzette/web/name-places';
import type { FeatureLike } from 'ol/Feature.js';
import Feature from 'ol/Feature.js';
import Point from 'ol/geom/Point.js';
import VectorLayer from 'ol/layer/Vector.js';
import { fromLonLat } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import { EMPTY, type MapContents } from '../entities/map-item.ts';
import { donutOf, donutOfHeap, donutRadius, MARK_AT, MARK_RADIUS } from './donut.ts';
import { type EntityStyles, symbolSize } from './entity-styles.ts';
import { withoutOverlap } from './heaps.ts';
import { countOf, type MapSpot, spotsOf } from './map-spot.ts';

export type EntityLayer = ReturnType<typeof entityLayer>;

/** The layer of entities: symbols or dots, and donuts for clusters. */
export function entityLayer(styles: EntityStyles) {
  const source = new VectorSource<Feature<Point>>();
  let contents: MapContents = EMPTY;
  let placedFor = 0;
  const layer = new VectorLayer({
    source,
    style: (feature, resolution) => styles.of(spotOf(feature), resolution),
    updateWhileAnimating: false,
    zIndex: 10,
  });

  /** Replaces the content. A spot that only changes its state keeps its feature. */
  function show(next: MapContents, resolution: number): void {
    contents = next;
    placedFor = resolution;
    const heaps = withoutOverlap(next.heaps, resolution);
    const gone = new Set(source.getFeatures().map((feature) => String(feature.getId())));
    const added: Feature<Point>[] = [];
    for (const spot of spotsOf({ items: next.items, heaps })) {
      gone.delete(spot.id);
      const feature = source.getFeatureById(spot.id);
      if (!feature) {
        added.push(newFeature(spot));
        continue;
      }
      const before = spotOf(feature);
      feature.set('spot', spot, true);
      if (before.position[0] === spot.position[0] && before.position[1] === spot.position[1]) continue;
      feature.getGeometry()?.setCoordinates(fromLonLat([...spot.position]));
    }
    if (gone.size > 0)
      source.removeFeatures(source.getFeatures().filter((feature) => gone.has(String(feature.getId()))));
    if (added.length > 0) source.addFeatures(added);
    layer.changed();
  }

  /** Places clusters for another zoom. */
  function placeFor(resolution: number): void {
    if (contents.heaps.length > 0 && Math.abs(resolution / placedFor - 1) > 0.05) show(contents, resolution);
  }

  /** The drawn items as circles, in pixels from the coordinates' origin. */
  function obstacles(resolution: number): Obstacle[] {
    return source.getFeatures().flatMap((feature) => {
      const [x = 0, y = 0] = feature.getGeometry()?.getExtent() ?? [];
      return circlesOf(spotOf(feature), [x / resolution, -y / resolution], resolution);
    });
  }

  return {
    layer,
    source,
    show,
    placeFor,
    obstacles,
    spots: () => source.getFeatures().map(spotOf),
    /** False while the entity is part of a cluster. */
    standsAlone: (id: string) => source.getFeatureById(id) !== null,
    revision: () => source.getRevision(),
  };
}

function circlesOf(spot: MapSpot, at: [number, number], resolution: number): Obstacle[] {
  if (countOf(spot) < 2 && !spot.heap) return [{ at, radius: symbolSize(resolution) / 2 }];
  const { total, worst } = spot.heap ? donutOfHeap(spot.heap) : donutOf(spot.items);
  const radius = donutRadius(total);
  const ring = { at, radius: radius + 2 };
  if (worst === 'none') return [ring];
  const mark: Obstacle = { at: [at[0] + radius * MARK_AT, at[1] - radius * MARK_AT], radius: MARK_RADIUS };
  return [ring, mark];
}

export function spotOf(feature: FeatureLike): MapSpot {
  return feature.get('spot');
}

function newFeature(spot: MapSpot): Feature<Point> {
  const feature = new Feature({ geometry: new Point(fromLonLat([...spot.position])), spot });
  feature.setId(spot.id);
  return feature;
}

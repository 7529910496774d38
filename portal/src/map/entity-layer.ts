import type { FeatureLike } from 'ol/Feature.js';
import Feature from 'ol/Feature.js';
import Point from 'ol/geom/Point.js';
import VectorLayer from 'ol/layer/Vector.js';
import { fromLonLat } from 'ol/proj.js';
import Cluster from 'ol/source/Cluster.js';
import VectorSource from 'ol/source/Vector.js';
import type { EntityView } from '../entities/entity-view.ts';
import { donutOf, donutRadius, MARK_AT, MARK_RADIUS } from './donut.ts';
import { type EntityStyles, symbolSize } from './entity-styles.ts';
import type { Obstacle } from './name-places.ts';

/** In pixels: what is nearer than the first is joined, and donuts keep the second between them. */
const CLUSTER_DISTANCE = 58;
const CLUSTER_MIN_DISTANCE = 52;
/** Metres per pixel below which every entity stands alone, save those at one and the same place. */
const ALONE_BELOW = 2.2;

export type EntityLayer = ReturnType<typeof entityLayer>;

/** The entities as symbols, far out as donuts. */
export function entityLayer(styles: EntityStyles) {
  const source = new VectorSource<Feature<Point>>();
  const cluster = new Cluster<Feature<Point>>({
    source,
    distance: CLUSTER_DISTANCE,
    minDistance: CLUSTER_MIN_DISTANCE,
  });
  const layer = new VectorLayer({
    source: cluster,
    style: (feature, resolution) => styles.of(entitiesOf(feature), resolution),
    updateWhileAnimating: false,
    zIndex: 10,
  });

  /** Draws these entities and no others. Changes of state alone do not cluster anew. */
  function show(entities: readonly EntityView[]): void {
    const gone = new Set(source.getFeatures().map((feature) => String(feature.getId())));
    const added: Feature<Point>[] = [];
    let moved = false;
    for (const entity of entities) {
      if (!entity.position) continue;
      gone.delete(entity.id);
      const feature = source.getFeatureById(entity.id);
      if (!feature) {
        added.push(newFeature(entity, entity.position));
        continue;
      }
      const before: EntityView = feature.get('entity');
      if (before === entity) continue;
      feature.set('entity', entity, true);
      if (before.position?.[0] === entity.position[0] && before.position[1] === entity.position[1]) continue;
      feature.getGeometry()?.setCoordinates(fromLonLat([...entity.position]));
      moved = true;
    }
    if (gone.size > 0)
      source.removeFeatures(source.getFeatures().filter((feature) => gone.has(String(feature.getId()))));
    if (added.length > 0) source.addFeatures(added);
    if (moved) source.changed();
    layer.changed();
  }

  function clusterFor(resolution: number): void {
    const distance = resolution < ALONE_BELOW ? 0 : CLUSTER_DISTANCE;
    if (cluster.getDistance() === distance) return;
    cluster.setMinDistance(distance && CLUSTER_MIN_DISTANCE);
    cluster.setDistance(distance);
  }

  /** False while an entity is drawn as part of a donut. */
  function standsAlone(id: string): boolean {
    return cluster.getFeatures().some((feature) => {
      const [first, second] = entitiesOf(feature);
      return second === undefined && first?.id === id;
    });
  }

  /** What is drawn, as circles in pixels from the coordinates' origin. */
  function obstacles(resolution: number): Obstacle[] {
    return cluster.getFeatures().flatMap((feature) => {
      const [x = 0, y = 0] = feature.getGeometry()?.getExtent() ?? [];
      return circlesOf(entitiesOf(feature), [x / resolution, -y / resolution], resolution);
    });
  }

  return { layer, source, cluster, show, clusterFor, standsAlone, obstacles, revision: () => cluster.getRevision() };
}

function circlesOf(entities: EntityView[], at: [number, number], resolution: number): Obstacle[] {
  if (entities.length < 2) return [{ at, radius: symbolSize(resolution) / 2 }];
  const radius = donutRadius(entities.length);
  const ring = { at, radius: radius + 2 };
  if (donutOf(entities).worst === 'none') return [ring];
  const mark: Obstacle = { at: [at[0] + radius * MARK_AT, at[1] - radius * MARK_AT], radius: MARK_RADIUS };
  return [ring, mark];
}

/** The entities behind one drawn symbol or donut. */
export function entitiesOf(feature: FeatureLike): EntityView[] {
  const members: Feature<Point>[] = feature.get('features') ?? [];
  return members.map((member) => member.get('entity'));
}

function newFeature(entity: EntityView, position: readonly [number, number]): Feature<Point> {
  const feature = new Feature({ geometry: new Point(fromLonLat([...position])), entity });
  feature.setId(entity.id);
  return feature;
}

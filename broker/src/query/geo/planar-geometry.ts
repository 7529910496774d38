import InteriorPointArea from 'jsts/org/locationtech/jts/algorithm/InteriorPointArea.js';
import IndexedPointInAreaLocator from 'jsts/org/locationtech/jts/algorithm/locate/IndexedPointInAreaLocator.js';
import SimplePointInAreaLocator from 'jsts/org/locationtech/jts/algorithm/locate/SimplePointInAreaLocator.js';
import type Envelope from 'jsts/org/locationtech/jts/geom/Envelope.js';
import type JtsGeometry from 'jsts/org/locationtech/jts/geom/Geometry.js';
import GeometryFactory from 'jsts/org/locationtech/jts/geom/GeometryFactory.js';
import GeoJSONReader from 'jsts/org/locationtech/jts/io/GeoJSONReader.js';
import Polygonizer from 'jsts/org/locationtech/jts/operation/polygonize/Polygonizer.js';
import RelateOp from 'jsts/org/locationtech/jts/operation/relate/RelateOp.js';
import UnaryUnionOp from 'jsts/org/locationtech/jts/operation/union/UnaryUnionOp.js';
import IsValidOp from 'jsts/org/locationtech/jts/operation/valid/IsValidOp.js';
import type { Geometry } from '../../model/geometry.ts';
import type { TopologicalRelation } from './geo-query.ts';

// `location` codes of JTS: 0 interior, 1 boundary, 2 exterior.
const INTERIOR = 0;
const EXTERIOR = 2;

const reader = new GeoJSONReader(new GeometryFactory());

/** Members of all JTS geometries that the library declares only for subclasses. */
type Shape = JtsGeometry & { getCoordinate(): unknown; getDimension(): number };

/** A geometry prepared for predicates in the plane of longitude and latitude, as in PostGIS. */
export interface PlanarGeometry {
  readonly shape: Shape;
  readonly envelope: Envelope;
  readonly isPoint: boolean;
  /** Locates a position relative to an area; undefined for points and lines. */
  readonly locator: IndexedPointInAreaLocator | undefined;
}

/** Prepares a geometry. Self-intersections are repaired by the even-odd rule, like ST_MakeValid does. */
export function planarGeometry(geometry: Geometry): PlanarGeometry {
  const isArea = geometry.type === 'Polygon' || geometry.type === 'MultiPolygon';
  const given: Shape = reader.read(geometry);
  const shape = isArea && !IsValidOp.isValid(given) ? repaired(geometry) : given;
  return {
    shape,
    envelope: shape.getEnvelopeInternal(),
    isPoint: geometry.type === 'Point',
    locator: isArea && isPolygonal(shape) ? new IndexedPointInAreaLocator(shape) : undefined,
  };
}

/** Whether `target` relates to `reference` as requested (4.10). */
export function isRelated(target: PlanarGeometry, relation: TopologicalRelation, reference: PlanarGeometry): boolean {
  if (!target.envelope.intersects(reference.envelope)) return relation === 'disjoint';
  if (target.isPoint && reference.locator) {
    const location = reference.locator.locate(target.shape.getCoordinate());
    if (relation === 'within') return location === INTERIOR;
    if (relation === 'intersects') return location !== EXTERIOR;
    return relation === 'disjoint' && location === EXTERIOR;
  }
  const matrix = RelateOp.relate(target.shape, reference.shape);
  switch (relation) {
    case 'within':
      return matrix.isWithin();
    case 'contains':
      return matrix.isContains();
    case 'intersects':
      return matrix.isIntersects();
    case 'disjoint':
      return matrix.isDisjoint();
    case 'equals':
      return matrix.isEquals(target.shape.getDimension(), reference.shape.getDimension());
    case 'overlaps':
      return matrix.isOverlaps(target.shape.getDimension(), reference.shape.getDimension());
  }
}

/** The faces that an odd number of rings surrounds; if there are none, the lines. */
function repaired(geometry: Geometry): Shape {
  const polygons = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) as number[][][][];
  const rings = polygons.flat();
  const lines = UnaryUnionOp.union(reader.read({ type: 'MultiLineString', coordinates: rings }));
  const areas = rings
    .filter((ring) => ring.length >= 4)
    .map((ring) => reader.read({ type: 'Polygon', coordinates: [ring] }));
  const polygonizer = new Polygonizer(false);
  polygonizer.add(lines);
  const faces: Shape[] = polygonizer
    .getPolygons()
    .toArray()
    .filter((face: Shape) => {
      const inside = InteriorPointArea.getInteriorPoint(face);
      const around = areas.filter((area) => SimplePointInAreaLocator.locate(inside, area) !== EXTERIOR);
      return around.length % 2 === 1;
    });
  if (faces.length === 0) return lines;
  return faces.length === 1 ? (faces[0] as Shape) : lines.getFactory().createMultiPolygon(faces);
}

function isPolygonal(shape: Shape): boolean {
  return shape.getDimension() === 2;
}

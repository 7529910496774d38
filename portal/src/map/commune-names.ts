import { placeNames } from '@alzette/web/name-places';
import type { Territory } from '@alzette/web/territory';
import type { FeatureLike } from 'ol/Feature.js';
import Feature from 'ol/Feature.js';
import Point from 'ol/geom/Point.js';
import VectorLayer from 'ol/layer/Vector.js';
import { fromLonLat } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';
import type { Cartography } from '../theme/palette.ts';
import type { EntityLayer } from './entity-layer.ts';

const NAMES_ABOVE = 3; // metres per pixel
const SMALL_ABOVE = 25;
const FONT = '"Bricolage Grotesque Variable", sans-serif';
const LETTER_WIDTH = 0.56; // relative to the font size, on average
const LINE_HEIGHT = 1.15;

/** The names of the communes, placed so that entities do not cover them. */
export function communeNamesLayer({ communes }: Territory, cartography: Cartography, entities: EntityLayer) {
  const features = communes.map(
    ({ name, center }) => new Feature({ geometry: new Point(fromLonLat([...center])), name }),
  );
  let offsets = new Map<FeatureLike, readonly [number, number]>();
  let placedFor = '';

  function place(resolution: number): void {
    const key = `${resolution} ${entities.revision()}`;
    if (key === placedFor) return;
    placedFor = key;
    const size = fontSize(resolution);
    const names = features.map((feature) => ({
      at: pixel(feature.getGeometry()?.getCoordinates(), resolution),
      width: String(feature.get('name')).length * size * LETTER_WIDTH,
      height: size * LINE_HEIGHT,
    }));
    const placed = placeNames(names, entities.obstacles(resolution));
    offsets = new Map(features.map((feature, i) => [feature, placed[i] ?? [0, 0]]));
  }

  return new VectorLayer({
    source: new VectorSource({ features }),
    style: (feature, resolution) => {
      if (resolution < NAMES_ABOVE) return undefined;
      place(resolution);
      return nameStyle(String(feature.get('name')), fontSize(resolution), offsets.get(feature) ?? [0, 0], cartography);
    },
    zIndex: 15, // above the entities, whose clusters are renewed when they are drawn
  });
}

function fontSize(resolution: number): number {
  return resolution > SMALL_ABOVE ? 13 : 15;
}

function pixel([x = 0, y = 0]: readonly number[] = [], resolution: number): [number, number] {
  return [x / resolution, -y / resolution];
}

function nameStyle(text: string, size: number, [offsetX, offsetY]: readonly [number, number], ink: Cartography): Style {
  return new Style({
    text: new Text({
      text,
      font: `600 ${size}px ${FONT}`,
      offsetX,
      offsetY,
      overflow: true,
      fill: new Fill({ color: ink.label }),
      stroke: new Stroke({ color: ink.labelHalo, width: 3.5 }),
    }),
  });
}

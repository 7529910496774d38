import type Feature from 'ol/Feature.js';
import type { FeatureLike } from 'ol/Feature.js';
import GeoJSON from 'ol/format/GeoJSON.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import XYZ from 'ol/source/XYZ.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';
import type { Territory } from '../territory/territory.ts';
import type { Cartography } from '../theme/palette.ts';

const STREET_NAMES_BELOW = 2.6; // metres per pixel
const TEXT_FONT = '"Figtree Variable", sans-serif';

/** The base map below the equipment: communes and streets, from the territory's own vectors. */
export function baseLayers(territory: Territory, cartography: Cartography) {
  const land = new VectorLayer({
    source: new VectorSource({ features: communeFeatures(territory) }),
    style: landStyle(cartography),
    zIndex: 0,
  });
  const streets = new VectorLayer({
    source: new VectorSource({ features: read(territory.streets) }),
    style: (feature, resolution) => streetStyle(feature, resolution, cartography),
    declutter: 'streets',
    updateWhileInteracting: false,
    zIndex: 1,
  });
  const vectors = [land, streets];
  if (!territory.tilesUrl) return vectors;
  const tiles = new TileLayer({
    source: new XYZ({ url: territory.tilesUrl, attributions: territory.tilesAttribution }),
    zIndex: -1,
  });
  return [tiles];
}

function read(document: object): Feature[] {
  return new GeoJSON().readFeatures(document, { featureProjection: 'EPSG:3857' });
}

function communeFeatures({ communes }: Territory): Feature[] {
  return communes.flatMap(({ name, boundary }) => read({ type: 'Feature', properties: { name }, geometry: boundary }));
}

function landStyle({ land, landEdge, boundary }: Cartography): Style[] {
  return [
    new Style({ stroke: new Stroke({ color: landEdge, width: 5 }), zIndex: 0 }),
    new Style({
      fill: new Fill({ color: land }),
      stroke: new Stroke({ color: boundary, width: 1.2, lineDash: [6, 5] }),
      zIndex: 1,
    }),
  ];
}

function streetStyle(feature: FeatureLike, resolution: number, cartography: Cartography): Style[] {
  const width = Math.min(15, Math.max(1, 9 / resolution));
  const isBroad = width > 2; // at low zoom a street is one thin line, at high zoom it has an outline
  const color = isBroad ? cartography.street : cartography.streetFar;
  const styles = [new Style({ stroke: new Stroke({ color, width }), zIndex: 1 })];
  if (isBroad) {
    styles.push(new Style({ stroke: new Stroke({ color: cartography.streetCasing, width: width + 2 }), zIndex: 0 }));
  }
  const name = feature.get('name');
  if (resolution < STREET_NAMES_BELOW && typeof name === 'string') {
    const text = new Text({
      text: name,
      placement: 'line',
      font: `500 12px ${TEXT_FONT}`,
      fill: new Fill({ color: cartography.label }),
      stroke: new Stroke({ color: cartography.street, width: 3 }),
      overflow: false,
    });
    styles.push(new Style({ text, zIndex: 2 }));
  }
  return styles;
}

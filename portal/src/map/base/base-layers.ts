import type { BaseMap, Territory } from '@alzette/web/territory';
import type Feature from 'ol/Feature.js';
import type { FeatureLike } from 'ol/Feature.js';
import GeoJSON from 'ol/format/GeoJSON.js';
import type BaseLayer from 'ol/layer/Base.js';
import LayerGroup from 'ol/layer/Group.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import XYZ from 'ol/source/XYZ.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import { type Appearance, CARTOGRAPHY, type Cartography } from '../../theme/palette.ts';
import { imageClass } from './image-class.ts';
import { NAMES_BELOW, streetName } from './street-name.ts';

const ABOVE_LAND = 0.5;

interface BaseLayersOptions {
  readonly territory: Territory;
  readonly appearance: Appearance;
  /** Whose data the map shows, and what it is drawn from: called when that is known. */
  onShown(shows: BaseMapShown): void;
}

export interface BaseMapShown {
  readonly from: 'territory' | 'tiles' | 'vector' | 'image';
  readonly attribution?: string;
}

/**
 * The base map below the equipment: an archive or a tile server of the site, otherwise communes and streets from the
 * territory's own vectors, which also stay if the archive can't be read.
 */
export function baseLayers({ territory, appearance, onShown }: BaseLayersOptions): BaseLayer[] {
  const cartography = CARTOGRAPHY[appearance];
  const { tilesUrl, tilesAttribution, baseMap } = territory;
  if (tilesUrl) {
    onShown({ from: 'tiles', ...(tilesAttribution && { attribution: tilesAttribution }) });
    return [new TileLayer({ source: new XYZ({ url: tilesUrl }), className: imageClass(appearance), zIndex: -1 })];
  }
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
  if (!baseMap) {
    onShown({ from: 'territory' });
    return [land, streets];
  }
  const archive = new LayerGroup({ zIndex: ABOVE_LAND });
  const borders = new VectorLayer({
    source: land.getSource() as VectorSource,
    style: borderStyle(cartography),
    visible: false,
    zIndex: 1,
  });
  void showArchive(baseMap, appearance).then(
    ({ layer, shows, attribution }) => {
      layer.setZIndex(ABOVE_LAND);
      archive.getLayers().push(layer);
      streets.setVisible(false);
      borders.setVisible(true);
      onShown({ from: shows, ...(attribution && { attribution }) });
    },
    (cause: unknown) => {
      console.warn('The base map can’t be read:', cause);
      onShown({ from: 'territory' });
    },
  );
  return [land, archive, streets, borders];
}

/** Loaded on demand, because most territories have no archive. */
async function showArchive({ url, attribution }: BaseMap, appearance: Appearance) {
  const { openArchive } = await import('./archive-layer.ts');
  const opened = await openArchive(url, appearance);
  return { ...opened, attribution: attribution ?? opened.attribution };
}

function read(document: object): Feature[] {
  return new GeoJSON().readFeatures(document, { featureProjection: 'EPSG:3857' });
}

function communeFeatures({ communes }: Territory): Feature[] {
  return communes.flatMap(({ name, boundary }) => read({ type: 'Feature', properties: { name }, geometry: boundary }));
}

/** The boundaries of the communes above an archive that covers their land. */
function borderStyle({ boundary }: Cartography): Style {
  return new Style({ stroke: new Stroke({ color: boundary, width: 1.2, lineDash: [6, 5] }) });
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
  if (resolution < NAMES_BELOW && typeof name === 'string') {
    styles.push(streetName(name, 2, cartography));
  }
  return styles;
}

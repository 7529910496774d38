import type { Territory } from '@alzette/web/territory';
import { defaults as defaultControls } from 'ol/control/defaults.js';
import ScaleLine from 'ol/control/ScaleLine.js';
import { easeOut } from 'ol/easing.js';
import { boundingExtent, buffer, containsCoordinate, type Extent } from 'ol/extent.js';
import GeoJSON from 'ol/format/GeoJSON.js';
import { defaults as defaultInteractions } from 'ol/interaction/defaults.js';
import type BaseLayer from 'ol/layer/Base.js';
import OlMap from 'ol/Map.js';
import { fromLonLat, toLonLat, transformExtent } from 'ol/proj.js';
import View from 'ol/View.js';
import { EMPTY, type MapContents, type MapFrame, type MapItem } from '../entities/map-item.ts';
import { type Appearance, CARTOGRAPHY } from '../theme/palette.ts';
import { type BaseMapShown, baseLayers } from './base/base-layers.ts';
import { choroplethLayer } from './choropleth-layer.ts';
import { communeNamesLayer } from './commune-names.ts';
import { entityLayer, spotOf } from './entity-layer.ts';
import { entityStyles } from './entity-styles.ts';
import { highlightLayer } from './highlight-layer.ts';
import { lasso } from './lasso.ts';
import type { MapSpot } from './map-spot.ts';
import type { MapView } from './map-view.ts';
import { type Direction, nextInDirection } from './next-in-direction.ts';
import { pulses as pulsesOn } from './pulses.ts';
import { itemOf, MAX_LEGS, spiderLayer } from './spider-layer.ts';

interface TerritoryMapOptions {
  target: HTMLElement;
  appearance: Appearance;
  reducedMotion: boolean;
  view?: MapView;
  padding: Padding;
  onSelect(item: MapItem): void;
  /** Called for more entities at one place than fit into a ring; pixels count from the map's upper left corner. */
  onStack(items: readonly MapItem[], pixel: number[]): void;
  onHover(spot: MapSpot | undefined, pixel: number[]): void;
  onView(view: MapView): void;
  onBaseMap(shown: BaseMapShown): void;
  /** The visible extent has changed. */
  onFrame(frame: MapFrame): void;
  /** Called with the entities within the drawn outline. */
  onLasso(items: readonly MapItem[], area: LassoArea): void;
}

/** The drawn outline, closed; GeoJSON, WGS 84. */
export interface LassoArea {
  readonly type: 'Polygon';
  readonly coordinates: number[][][];
}

/** The parts of the map behind panels: top, right, bottom, left in pixels. */
export type Padding = [number, number, number, number];

const FIRST_CENTRE = [5.94, 49.45];
const CLOSEST_ZOOM = 19.5;
const ENTITY_ZOOM = 17;
const HIT_TOLERANCE = 6;
const SCALE_MIN_PX = 56;
/** Symbols closer than this overlap, so a click opens a ring of them. */
const COVERING_PX = 13;

export type TerritoryMap = ReturnType<typeof createTerritoryMap>;

// Longer than 80 lines: one map with its methods, each short.
/** The OpenLayers map, with a few methods for the page. */
export function createTerritoryMap(options: TerritoryMapOptions) {
  const styles = entityStyles();
  const entities = entityLayer(styles);
  const highlight = highlightLayer(styles);
  const spider = spiderLayer(styles);
  const durationMs = options.reducedMotion ? 0 : 420;
  let ground: BaseLayer[] = [];
  let names: BaseLayer | undefined;
  let choropleth: BaseLayer | undefined;
  let territory: Territory | undefined;
  let focused: MapSpot | undefined;
  let contents: MapContents = EMPTY;
  let wasMoved = options.view !== undefined;

  const view = new View({
    center: fromLonLat(options.view ? [options.view.longitude, options.view.latitude] : FIRST_CENTRE),
    zoom: options.view?.zoom ?? 12,
    padding: options.padding, // set at creation: set later, it would shift the centre
    minZoom: 9,
    maxZoom: CLOSEST_ZOOM,
    enableRotation: false,
    showFullExtent: true,
  });
  const map = new OlMap({
    target: options.target,
    view,
    layers: [entities.layer, highlight.layer, spider.layer],
    controls: defaultControls({ zoom: false, rotate: false, attribution: false }).extend([
      new ScaleLine({ className: 'map-scale', minWidth: SCALE_MIN_PX }),
    ]),
    interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
  });
  const pulses = pulsesOn(map);
  const around = lasso(map, (polygon) => {
    const within = entities.spots().filter(({ position }) => polygon.intersectsCoordinate(fromLonLat([...position])));
    const { coordinates } = new GeoJSON().writeGeometryObject(polygon, {
      featureProjection: 'EPSG:3857',
      decimals: 6,
    }) as LassoArea;
    options.onLasso(
      within.flatMap(({ items }) => items),
      { type: 'Polygon', coordinates },
    );
  });

  map.on('singleclick', ({ pixel }) => {
    if (!around.isOn()) open(pixel);
  });
  map.on('pointermove', ({ pixel, dragging }) => {
    if (dragging || around.isOn()) return;
    const hit = legAt(pixel) ?? spotAt(pixel);
    options.target.style.cursor = hit ? 'pointer' : '';
    options.onHover(hit, pixel);
  });
  entities.source.on('change', () => names?.changed());
  view.on('change:resolution', () => {
    options.onHover(undefined, []); // the item under the pointer has moved
    spider.close();
  });
  map.on('moveend', () => {
    const [longitude = 0, latitude = 0] = toLonLat(view.getCenter() ?? [0, 0]);
    entities.placeFor(resolution());
    if (wasMoved) options.onView({ zoom: view.getZoom() ?? 0, latitude, longitude });
    tellFrame();
  });
  map.once('pointerdrag', () => {
    wasMoved = true;
  });
  look(options.appearance);
  document.fonts.ready.then(() => map.render());

  function resolution(): number {
    return view.getResolution() ?? 1;
  }

  function tellFrame(): void {
    const size = map.getSize();
    if (!size) return;
    const [west = 0, south = 0, east = 0, north = 0] = transformExtent(
      view.calculateExtent(size),
      'EPSG:3857',
      'EPSG:4326',
    );
    options.onFrame({ zoom: view.getZoom() ?? 0, box: [west, south, east, north] });
  }

  /** A symbol of the open ring, as the spot of its entity alone. */
  function legAt(pixel: number[]): MapSpot | undefined {
    const [leg] = map.getFeaturesAtPixel(pixel, { layerFilter: (layer) => layer === spider.layer });
    const item = leg && itemOf(leg);
    return item?.position && { id: item.id, position: item.position, items: [item] };
  }

  function spotAt(pixel: number[]): MapSpot | undefined {
    const [hit] = map.getFeaturesAtPixel(pixel, {
      layerFilter: (layer) => layer === entities.layer,
      hitTolerance: HIT_TOLERANCE,
    });
    return hit && spotOf(hit);
  }

  function open(pixel: number[]): void {
    const [item] = legAt(pixel)?.items ?? [];
    spider.close();
    if (item) {
      options.onSelect(item);
      return;
    }
    const spot = spotAt(pixel);
    if (spot) openSpot(spot, pixel);
  }

  function openSpot(spot: MapSpot, pixel: number[]): void {
    if (spot.heap) {
      zoomOn(spot);
      return;
    }
    const covering = itemsAround(spot);
    const [only] = covering;
    if (only && covering.length === 1) options.onSelect(only);
    else if (covering.length <= MAX_LEGS) spider.open(covering, spot.position, resolution());
    else if ((view.getZoom() ?? 0) < CLOSEST_ZOOM - 1 && spot.items.length === 1) zoomOn(spot);
    else options.onStack(covering, pixel);
  }

  function itemsAround({ position }: MapSpot): MapItem[] {
    const around = buffer(boundingExtent([fromLonLat([...position])]), COVERING_PX * resolution());
    return entities
      .spots()
      .filter((other) => containsCoordinate(around, fromLonLat([...other.position])))
      .flatMap(({ items }) => items);
  }

  function zoomOn({ position }: MapSpot): void {
    wasMoved = true;
    const zoom = Math.min(CLOSEST_ZOOM, Math.floor(view.getZoom() ?? 0) + 2);
    view.animate({ center: fromLonLat([...position]), zoom, duration: durationMs, easing: easeOut });
  }

  function look(appearance: Appearance): void {
    styles.appearance = appearance;
    highlight.look(appearance);
    pulses.look(appearance);
    options.target.style.backgroundColor = CARTOGRAPHY[appearance].outside;
    for (const layer of ground) map.removeLayer(layer);
    const inks = CARTOGRAPHY[appearance];
    names = territory && communeNamesLayer(territory, inks, entities);
    choropleth =
      territory && choroplethLayer(territory, inks, () => (contents.shows === 'scopes' ? contents.heaps : []));
    ground = territory ? baseLayers({ territory, appearance, onShown: options.onBaseMap }) : [];
    for (const layer of [names, choropleth]) if (layer) ground.push(layer);
    for (const layer of ground) map.addLayer(layer);
    entities.layer.changed();
    spider.layer.changed();
  }

  function fit(animated = true): void {
    const extent = territory
      ? transformExtent([...territory.bbox], 'EPSG:4326', 'EPSG:3857')
      : entities.source.getExtent();
    if (!extent?.every(Number.isFinite)) return;
    view.fit(extent, { padding: [24, 24, 24, 24], duration: animated ? durationMs : 0, easing: easeOut });
  }

  function centreOn({ position }: Pick<MapItem, 'position'>, closer: boolean): void {
    if (!position) return;
    wasMoved = true;
    const zoom = closer ? Math.max(view.getZoom() ?? 0, ENTITY_ZOOM) : view.getZoom();
    view.animate({ center: fromLonLat([...position]), zoom, duration: durationMs, easing: easeOut });
  }

  return {
    look,
    fit,
    centreOn,
    lasso: around,

    setTerritory(next: Territory): void {
      territory = next;
      look(styles.appearance);
      if (!wasMoved) fit(false);
    },

    show(next: MapContents, now: number): void {
      contents = next;
      styles.now = now;
      entities.show(next, resolution());
      choropleth?.changed();
    },

    pulse(changed: readonly MapItem[]): void {
      if (options.reducedMotion) return;
      const extent = view.calculateExtent();
      pulses.pulse(changed.filter(({ position }) => position && inside(extent, fromLonLat([...position]))));
    },

    select(item: MapItem | undefined): void {
      highlight.select(item);
    },

    /** True if the entity is drawn on its own, and no panel covers it. */
    sees({ id, position }: MapItem): boolean {
      const pixel = position && map.getPixelFromCoordinate(fromLonLat([...position]));
      const [width = 0, height = 0] = map.getSize() ?? [];
      const [top = 0, right = 0, bottom = 0, left = 0] = view.padding ?? [];
      if (!pixel || !entities.standsAlone(id)) return false;
      const [x = -1, y = -1] = pixel;
      return x > left + 24 && x < width - right - 24 && y > top + 24 && y < height - bottom - 24;
    },

    pad(padding: Padding): void {
      view.padding = padding;
      if (!wasMoved) fit(false);
    },

    zoomBy(delta: number): void {
      wasMoved = true;
      view.animate({ zoom: (view.getZoom() ?? 12) + delta, duration: options.reducedMotion ? 0 : 200 });
    },

    moveTo({ zoom, latitude, longitude }: MapView): void {
      view.setCenter(fromLonLat([longitude, latitude]));
      view.setZoom(zoom);
    },

    /** Moves the keyboard focus to the next item in a direction, initially from the centre of the map. */
    step(direction: Direction): MapSpot | undefined {
      const from = focused?.position ?? toLonLat(view.getCenter() ?? [0, 0]);
      focused = nextInDirection(entities.spots(), [from[0] ?? 0, from[1] ?? 0], direction) ?? focused;
      highlight.focus(focused);
      if (focused) centreOn(focused, false);
      return focused;
    },

    /** Opens the item with the keyboard focus. */
    openFocused(): void {
      const pixel = focused && map.getPixelFromCoordinate(fromLonLat([...focused.position]));
      if (focused?.heap) zoomOn(focused);
      else if (focused && focused.items.length === 1) options.onSelect(focused.items[0] as MapItem);
      else if (focused && pixel) options.onStack(focused.items, pixel);
    },

    leaveKeyboard(): void {
      focused = undefined;
      highlight.focus(undefined);
    },

    destroy(): void {
      pulses.stop();
      map.setTarget(undefined);
      map.dispose();
    },
  };
}

function inside([west, south, east, north]: Extent, [x, y]: number[]): boolean {
  if (west === undefined || south === undefined || east === undefined || north === undefined) return false;
  return x !== undefined && y !== undefined && x >= west && x <= east && y >= south && y <= north;
}

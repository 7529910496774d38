import { defaults as defaultControls } from 'ol/control/defaults.js';
import { easeOut } from 'ol/easing.js';
import { boundingExtent, type Extent, getHeight, getWidth } from 'ol/extent.js';
import { defaults as defaultInteractions } from 'ol/interaction/defaults.js';
import type BaseLayer from 'ol/layer/Base.js';
import OlMap from 'ol/Map.js';
import { fromLonLat, toLonLat, transformExtent } from 'ol/proj.js';
import View from 'ol/View.js';
import type { EntityView } from '../entities/entity-view.ts';
import type { Territory } from '../territory/territory.ts';
import { type Appearance, CARTOGRAPHY } from '../theme/palette.ts';
import { baseLayers } from './base-layers.ts';
import { communeNamesLayer } from './commune-names.ts';
import { entitiesOf, entityLayer } from './entity-layer.ts';
import { entityStyles } from './entity-styles.ts';
import { highlightLayer, pulseLayer } from './highlight-layer.ts';
import type { MapView } from './map-view.ts';
import { type Direction, nextInDirection } from './next-in-direction.ts';

export interface TerritoryMapOptions {
  target: HTMLElement;
  appearance: Appearance;
  reducedMotion: boolean;
  view?: MapView;
  padding: Padding;
  onSelect(entity: EntityView): void;
  /** Several entities at one place were asked for; pixels count from the map's upper left corner. */
  onStack(entities: EntityView[], pixel: number[]): void;
  onHover(entities: EntityView[], pixel: number[]): void;
  onView(view: MapView): void;
}

/** Top, right, bottom, left in pixels: what panels cover of the map. */
export type Padding = [number, number, number, number];

const FIRST_CENTRE = [5.94, 49.45];
const CLOSEST_ZOOM = 19.5;
const ENTITY_ZOOM = 17;
const SAME_PLACE_M = 2;
const HIT_TOLERANCE = 6;

export type TerritoryMap = ReturnType<typeof createTerritoryMap>;

/** The OpenLayers map, seen by the page as a few verbs. */
export function createTerritoryMap(options: TerritoryMapOptions) {
  const styles = entityStyles();
  const entities = entityLayer(styles);
  const highlight = highlightLayer();
  const pulses = pulseLayer();
  const durationMs = options.reducedMotion ? 0 : 420;
  let ground: BaseLayer[] = [];
  let names: BaseLayer | undefined;
  let territory: Territory | undefined;
  let focused: EntityView | undefined;
  let wasMoved = options.view !== undefined;

  const view = new View({
    center: fromLonLat(options.view ? [options.view.longitude, options.view.latitude] : FIRST_CENTRE),
    zoom: options.view?.zoom ?? 12,
    padding: options.padding, // given here: set later, it would shift the centre
    minZoom: 9,
    maxZoom: CLOSEST_ZOOM,
    enableRotation: false,
    showFullExtent: true,
  });
  const map = new OlMap({
    target: options.target,
    view,
    layers: [pulses.layer, entities.layer, highlight.layer],
    controls: defaultControls({ zoom: false, rotate: false }),
    interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
  });

  map.on('singleclick', ({ pixel }) => open(hitAt(pixel), pixel));
  map.on('pointermove', ({ pixel, dragging }) => {
    if (dragging) return;
    const hit = hitAt(pixel);
    options.target.style.cursor = hit.length > 0 ? 'pointer' : '';
    options.onHover(hit, pixel);
  });
  entities.cluster.on('change', () => names?.changed());
  view.on('change:resolution', () => {
    entities.clusterFor(view.getResolution() ?? 1);
    options.onHover([], []); // what was under the pointer has moved away
  });
  map.on('moveend', () => {
    const [longitude = 0, latitude = 0] = toLonLat(view.getCenter() ?? [0, 0]);
    if (wasMoved) options.onView({ zoom: view.getZoom() ?? 0, latitude, longitude });
  });
  map.once('pointerdrag', () => {
    wasMoved = true;
  });
  entities.clusterFor(view.getResolution() ?? 1);
  look(options.appearance);
  document.fonts.ready.then(() => map.render());

  function hitAt(pixel: number[]): EntityView[] {
    const hits = map.getFeaturesAtPixel(pixel, {
      layerFilter: (layer) => layer === entities.layer,
      hitTolerance: HIT_TOLERANCE,
    });
    return hits[0] ? entitiesOf(hits[0]) : [];
  }

  function open(hit: EntityView[], pixel: number[]): void {
    const [first] = hit;
    if (!first) return;
    if (hit.length === 1) {
      options.onSelect(first);
      return;
    }
    const extent = boundingExtent(hit.flatMap(({ position }) => (position ? [fromLonLat([...position])] : [])));
    const samePlace = Math.max(getWidth(extent), getHeight(extent)) < SAME_PLACE_M;
    if (samePlace) options.onStack(hit, pixel);
    else zoomTo(extent);
  }

  function zoomTo(extent: Extent): void {
    wasMoved = true;
    view.fit(extent, { padding: [70, 70, 70, 70], maxZoom: ENTITY_ZOOM, duration: durationMs, easing: easeOut });
  }

  function look(appearance: Appearance): void {
    styles.appearance = appearance;
    highlight.look(appearance);
    pulses.look(appearance);
    options.target.style.backgroundColor = CARTOGRAPHY[appearance].outside;
    for (const layer of ground) map.removeLayer(layer);
    names = territory && communeNamesLayer(territory, CARTOGRAPHY[appearance], entities);
    ground = territory ? baseLayers(territory, CARTOGRAPHY[appearance]) : [];
    if (names) ground.push(names);
    for (const layer of ground) map.addLayer(layer);
    entities.layer.changed();
  }

  function fit(animated = true): void {
    const extent = territory
      ? transformExtent([...territory.bbox], 'EPSG:4326', 'EPSG:3857')
      : entities.source.getExtent();
    if (!extent?.every(Number.isFinite)) return;
    view.fit(extent, { padding: [24, 24, 24, 24], duration: animated ? durationMs : 0, easing: easeOut });
  }

  function centreOn({ position }: EntityView, closer: boolean): void {
    if (!position) return;
    wasMoved = true;
    const zoom = closer ? Math.max(view.getZoom() ?? 0, ENTITY_ZOOM) : view.getZoom();
    view.animate({ center: fromLonLat([...position]), zoom, duration: durationMs, easing: easeOut });
  }

  return {
    look,
    fit,
    centreOn,

    setTerritory(next: Territory): void {
      territory = next;
      look(styles.appearance);
      if (!wasMoved) fit(false);
    },

    show(shown: readonly EntityView[], now: number): void {
      styles.now = now;
      entities.show(shown);
      if (!territory && !wasMoved) fit(false);
    },

    pulse(changed: readonly EntityView[]): void {
      const resolution = view.getResolution() ?? 0;
      if (options.reducedMotion || resolution > 20) return;
      const extent = view.calculateExtent();
      pulses.pulse(changed.filter(({ position }) => position && inside(extent, fromLonLat([...position]))));
    },

    select(entity: EntityView | undefined): void {
      highlight.select(entity);
    },

    /** True when the entity is drawn on its own, where no panel covers the map. */
    sees({ id, position }: EntityView): boolean {
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

    /** Goes with the keyboard to the next entity that way; from the middle of the map at first. */
    step(direction: Direction): EntityView | undefined {
      const shown = entities.source.getFeatures().map((feature): EntityView => feature.get('entity'));
      const from = focused?.position ?? toLonLat(view.getCenter() ?? [0, 0]);
      focused = nextInDirection(shown, [from[0] ?? 0, from[1] ?? 0], direction) ?? focused;
      highlight.focus(focused);
      if (focused) centreOn(focused, false);
      return focused;
    },

    leaveKeyboard(): void {
      focused = undefined;
      highlight.focus(undefined);
    },

    focused: () => focused,

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

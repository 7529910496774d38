import type { Territory } from '@alzette/web/territory';
import type { FeatureLike } from 'ol/Feature.js';
import type { Container } from '../containers/container.ts';
import { frameIsShown } from '../navigation/tap-first.ts';
import type { Position } from '../territory/distance.ts';
import { communeNameStyle, communeStyle, positionStyle, streetStyle } from './base-styles.ts';
import { nameOffsets } from './commune-names.ts';
import { containerLayer } from './container-layer.ts';
import {
  boundingExtent,
  Feature,
  GeoJSON,
  getPointResolution,
  Point,
  useGeographic,
  VectorSource,
} from './library/data.ts';
import { defaultInteractions, OlMap, View } from './library/frame.ts';
import { VectorLayer } from './library/layers.ts';
import { Icon, Style } from './library/styles.ts';
import { readPalette } from './palette.ts';
import type { Spot, SpotLayer } from './spots/layers.ts';
import { drawSpot, SPOT_PX } from './spots/spot-drawings.ts';

useGeographic(); // all coordinates in this file are WGS84 degrees

export interface TerritoryMap {
  showTerritory(territory: Territory): void;
  showContainers(containers: readonly Container[], selected: readonly string[]): void;
  showSpots(spots: readonly Spot[], selected: readonly string[]): void;
  showPosition(position: Position | undefined): void;
  goTo(position: Position, zoom: number): void;
  zoomBy(levels: number): void;
  close(): void;
}

const MARGIN_PX = 32;
const COME_NEARER_MARGIN_PX = 80;
const HIT_TOLERANCE_PX = 10;
const FAR_ZOOM = 13.5;
/** From here on a tap on a disc shows its containers, as coming nearer would hardly part them. */
const NEAR_ZOOM = 17.5;

// Longer than 80 lines: one map with its methods, each short.
/** Creates the map of the territory in an element. `onTap` gets the ids of the containers and spots at the tapped point. */
export function openTerritoryMap(target: HTMLElement, onTap: (ids: string[]) => void): TerritoryMap {
  const communes = new VectorSource();
  const communeNames = new VectorSource();
  const streets = new VectorSource();
  const containers = containerLayer();
  const spots = new VectorSource();
  const position = new VectorSource();
  const layers = {
    communes: new VectorLayer({ source: communes }),
    streets: new VectorLayer({ source: streets, declutter: 'streets' }),
    position: new VectorLayer({ source: position }),
    // Those that would cover others appear when the reader zooms in.
    spots: new VectorLayer({ source: spots, declutter: 'marks' }),
    containers: containers.layer,
    communeNames: new VectorLayer({ source: communeNames, maxZoom: FAR_ZOOM, declutter: 'marks' }),
  };
  const view = new View({ center: [5.93, 49.45], zoom: 12, minZoom: 10, maxZoom: 18.5, enableRotation: false });
  const map = new OlMap({
    target,
    view,
    controls: [],
    interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
    layers: Object.values(layers),
  });

  // The communes, the markers and the streets are drawn in separate frames, because together they would delay taps.
  const withBase = frameIsShown();
  const withMarkers = withBase.then(frameIsShown);

  let palette = readPalette();
  let communesShown: Territory['communes'] = [];
  let spotStyles = new Map<string, Style>();

  function dress(): void {
    palette = readPalette();
    spotStyles = new Map();
    layers.communes.setStyle(communeStyle(palette));
    layers.communeNames.setStyle(communeNameStyle(palette));
    const streetsAt = streetStyle(palette);
    layers.streets.setStyle((feature, resolution) => streetsAt(feature, groundResolution(view, resolution)));
    layers.position.setStyle(positionStyle(palette));
    layers.spots.setStyle((feature) => spotStyle(feature.get('layer'), feature.get('selected') === true));
    containers.dress(palette);
  }

  /** Joins containers that would cover one another at the present scale, and puts the names beside them. */
  function arrange(): void {
    const resolution = view.getResolution() ?? 1;
    containers.arrange(resolution, (view.getZoom() ?? 0) < FAR_ZOOM);
    const offsets = nameOffsets(communesShown, containers.heaps(), resolution);
    replace(
      communeNames,
      communesShown.map(
        ({ name, center }, i) => new Feature({ geometry: new Point([...center]), name, offset: offsets[i] }),
      ),
    );
  }
  map.on('moveend', arrange);

  function spotStyle(layer: SpotLayer, selected: boolean): Style {
    const key = `${layer} ${selected}`;
    const known = spotStyles.get(key);
    if (known !== undefined) return known;
    const style = new Style({
      image: new Icon({ img: drawSpot(layer, selected, palette), width: SPOT_PX }),
      zIndex: selected ? 1 : 0,
    });
    spotStyles.set(key, style);
    return style;
  }

  /** Waits until the map has a size; during a page transition it has none to fit a view to. */
  function whenSized(act: () => void): void {
    const [width = 0, height = 0] = map.getSize() ?? [];
    if (width > 0 && height > 0) act();
    else map.once('change:size', () => whenSized(act));
  }

  const isTappable = (layer: unknown) => layer === layers.containers || layer === layers.spots;
  map.on('click', ({ pixel }) => {
    const tapped = map.getFeaturesAtPixel(pixel, { hitTolerance: HIT_TOLERANCE_PX, layerFilter: isTappable });
    const disc = tapped.find((feature) => feature.get('isDisc') === true);
    if (disc && (view.getZoom() ?? 0) < NEAR_ZOOM) {
      onTap([]);
      comeNearer(containersOf(disc).map(({ position }) => position));
    } else {
      onTap(tapped.flatMap((feature) => idsOf(feature)));
    }
  });
  map.on('pointermove', ({ pixel, dragging }) => {
    if (dragging) return;
    const over = map.hasFeatureAtPixel(pixel, { layerFilter: isTappable });
    target.style.cursor = over ? 'pointer' : '';
  });

  function comeNearer(positions: readonly Position[]): void {
    const extent = boundingExtent(positions.map((position) => [...position]));
    view.fit(extent, { padding: Array(4).fill(COME_NEARER_MARGIN_PX), maxZoom: NEAR_ZOOM, duration: 350 });
  }

  const light = matchMedia('(prefers-color-scheme: dark)');
  light.addEventListener('change', dress);
  dress();

  return {
    showTerritory(territory) {
      const format = new GeoJSON();
      replace(
        communes,
        territory.communes.map(({ boundary }) => new Feature(format.readGeometry(boundary) ?? undefined)),
      );
      communesShown = territory.communes;
      arrange();
      void withMarkers.then(() => replace(streets, format.readFeatures(territory.streets)));
      whenSized(() => view.fit([...territory.bbox], { padding: Array(4).fill(MARGIN_PX) }));
    },
    showContainers(shown, selected) {
      containers.show(shown, selected);
      void withBase.then(arrange);
    },
    showSpots(shown, selected) {
      const features = shown.map(({ id, layer, position: at }) => {
        const feature = new Feature({ geometry: new Point([...at]), layer, selected: selected.includes(id) });
        feature.setId(id);
        return feature;
      });
      void withMarkers.then(() => replace(spots, features));
    },
    showPosition(here) {
      replace(position, here ? [new Feature(new Point([...here]))] : []);
    },
    goTo(center, zoom) {
      whenSized(() => view.animate({ center: [...center], zoom, duration: 350 }));
    },
    zoomBy(levels) {
      view.animate({ zoom: (view.getZoom() ?? 12) + levels, duration: 200 });
    },
    close() {
      light.removeEventListener('change', dress);
      map.setTarget(undefined);
    },
  };
}

function containersOf(feature: FeatureLike): readonly Container[] {
  return feature.get('containers') ?? [];
}

/** Of the containers or the place that a feature shows. */
function idsOf(feature: FeatureLike): string[] {
  const containers = containersOf(feature);
  return containers.length > 0 ? containers.map(({ id }) => id) : [String(feature.getId())];
}

function replace(source: VectorSource, features: Feature[]): void {
  source.clear(true);
  source.addFeatures(features);
}

/** Metres on the ground per pixel, corrected for the Mercator projection. */
function groundResolution(view: View, resolution: number): number {
  return getPointResolution('EPSG:3857', resolution, view.getCenter() ?? [0, 0], 'm');
}

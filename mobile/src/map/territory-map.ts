import type { Territory } from '@alzette/web/territory';
import type { Container } from '../containers/container.ts';
import { frameIsShown } from '../navigation/tap-first.ts';
import type { Position } from '../territory/distance.ts';
import { communeNameStyle, communeStyle, positionStyle, streetStyle } from './base-styles.ts';
import { drawMarker, MARKER_PX, markerKey } from './container-marker.ts';
import { Feature, GeoJSON, getPointResolution, Point, useGeographic, VectorSource } from './library/data.ts';
import { defaultInteractions, OlMap, View } from './library/frame.ts';
import { VectorLayer } from './library/layers.ts';
import { Icon, Style } from './library/styles.ts';
import { readPalette } from './palette.ts';
import { spreadBySite } from './sites.ts';
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
const HIT_TOLERANCE_PX = 10;
const FAR_ZOOM = 13.5;
/** Width of a marker, and distance between the markers of one site, in CSS pixels. */
const RANGES = { far: { width: 25, step: 9 }, near: { width: MARKER_PX, step: 42 } };

// Longer than 80 lines: one map with its methods, each short.
/** Creates the map of the territory in an element. `onTap` gets the ids of the containers and spots at the tapped point. */
export function openTerritoryMap(target: HTMLElement, onTap: (ids: string[]) => void): TerritoryMap {
  const communes = new VectorSource();
  const communeNames = new VectorSource();
  const streets = new VectorSource();
  const containers = new VectorSource();
  const spots = new VectorSource();
  const position = new VectorSource();
  const layers = {
    communes: new VectorLayer({ source: communes }),
    streets: new VectorLayer({ source: streets, declutter: 'streets' }),
    position: new VectorLayer({ source: position }),
    // Those that would cover others appear when the reader zooms in.
    spots: new VectorLayer({ source: spots, declutter: 'spots' }),
    containers: new VectorLayer({ source: containers }),
    communeNames: new VectorLayer({ source: communeNames, maxZoom: FAR_ZOOM, declutter: 'names' }),
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
  let markers = new Map<string, Icon>();
  let spotStyles = new Map<string, Style>();

  function dress(): void {
    palette = readPalette();
    markers = new Map();
    spotStyles = new Map();
    layers.communes.setStyle(communeStyle(palette));
    layers.communeNames.setStyle(communeNameStyle(palette));
    const streetsAt = streetStyle(palette);
    layers.streets.setStyle((feature, resolution) => streetsAt(feature, groundResolution(view, resolution)));
    layers.position.setStyle(positionStyle(palette));
    layers.spots.setStyle((feature) => spotStyle(feature.get('layer'), feature.get('selected') === true));
    layers.containers.setStyle((feature, resolution) => {
      const container = feature.get('container') as Container;
      const selected = feature.get('selected') === true;
      const far = (view.getZoomForResolution(resolution) ?? 0) < FAR_ZOOM;
      return new Style({
        image: marker(container, selected, far ? 'far' : 'near', Number(feature.get('offset'))),
        zIndex: selected ? 2 : (container.filling ?? 0),
      });
    });
  }

  function marker(container: Container, selected: boolean, range: keyof typeof RANGES, offset: number): Icon {
    const key = `${markerKey(container, selected)} ${range} ${offset}`;
    let icon = markers.get(key);
    if (icon === undefined) {
      const img = drawMarker(container, selected, palette);
      const { width, step } = RANGES[range];
      icon = new Icon({ img, width, displacement: [offset * step, 0] });
      markers.set(key, icon);
    }
    return icon;
  }

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
    const ids = map.getFeaturesAtPixel(pixel, {
      hitTolerance: HIT_TOLERANCE_PX,
      layerFilter: isTappable,
    });
    onTap(ids.map((feature) => String(feature.getId())));
  });
  map.on('pointermove', ({ pixel, dragging }) => {
    if (dragging) return;
    const over = map.hasFeatureAtPixel(pixel, { layerFilter: isTappable });
    target.style.cursor = over ? 'pointer' : '';
  });

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
      replace(
        communeNames,
        territory.communes.map(({ name, center }) => new Feature({ geometry: new Point([...center]), name })),
      );
      void withMarkers.then(() => replace(streets, format.readFeatures(territory.streets)));
      whenSized(() => view.fit([...territory.bbox], { padding: Array(4).fill(MARGIN_PX) }));
    },
    showContainers(shown, selected) {
      const offsets = spreadBySite(shown);
      const features = shown.map((container) => {
        const feature = new Feature({
          geometry: new Point([...container.position]),
          container,
          selected: selected.includes(container.id),
          offset: offsets.get(container.id) ?? 0,
        });
        feature.setId(container.id);
        return feature;
      });
      void withBase.then(() => replace(containers, features));
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

function replace(source: VectorSource, features: Feature[]): void {
  source.clear(true);
  source.addFeatures(features);
}

/** Metres on the ground per pixel, corrected for the Mercator projection. */
function groundResolution(view: View, resolution: number): number {
  return getPointResolution('EPSG:3857', resolution, view.getCenter() ?? [0, 0], 'm');
}

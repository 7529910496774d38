import type { Territory } from '@alzette/web/territory';
import { frameIsShown } from '../navigation/tap-first.ts';
import type { Position } from '../territory/distance.ts';
import { communeStyle, positionStyle, streetStyle } from './base-styles.ts';
import { Feature, GeoJSON, getPointResolution, Point, useGeographic, VectorSource } from './library/data.ts';
import { defaultInteractions, OlMap, View } from './library/frame.ts';
import { VectorLayer } from './library/layers.ts';
import { Circle, Fill, Stroke, Style } from './library/styles.ts';
import { type MapPalette, readPalette } from './palette.ts';

useGeographic(); // all coordinates in this file are WGS84 degrees

interface Spot {
  readonly id: string;
  readonly location: { readonly lat: number; readonly lon: number };
}

export interface PickMap {
  showTerritory(territory: Territory): void;
  showPlace(at: Position | undefined): void;
  showSpots(spots: readonly Spot[], selected: string | undefined): void;
  centre(): Position;
  zoomBy(levels: number): void;
  close(): void;
}

const STREET_ZOOM = 17;
const HIT_TOLERANCE_PX = 12;

// Longer than 80 lines: one map with its methods, each short.
/** A map to choose a place, or one of the given assets. */
export function openPickMap(
  target: HTMLElement,
  on: { readonly place: (at: Position) => void; readonly spot: (id: string) => void },
): PickMap {
  const sources = {
    communes: new VectorSource(),
    streets: new VectorSource(),
    place: new VectorSource(),
    spots: new VectorSource(),
  };
  const layers = {
    communes: new VectorLayer({ source: sources.communes }),
    streets: new VectorLayer({ source: sources.streets, declutter: true }),
    place: new VectorLayer({ source: sources.place }),
    spots: new VectorLayer({ source: sources.spots }),
  };
  const view = new View({ center: [5.93, 49.45], zoom: 12, minZoom: 10, maxZoom: 19, enableRotation: false });
  const map = new OlMap({
    target,
    view,
    controls: [],
    interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
    layers: Object.values(layers),
  });

  function dress(): void {
    const palette = readPalette();
    const streetsAt = streetStyle(palette);
    layers.communes.setStyle(communeStyle(palette));
    layers.streets.setStyle((feature, resolution) => streetsAt(feature, groundResolution(view, resolution)));
    layers.place.setStyle(positionStyle(palette));
    layers.spots.setStyle((feature) => spotStyle(palette, feature.get('selected') === true));
  }
  const light = matchMedia('(prefers-color-scheme: dark)');
  light.addEventListener('change', dress);
  dress();

  map.on('click', ({ pixel, coordinate }) => {
    const [spot] = map.getFeaturesAtPixel(pixel, {
      hitTolerance: HIT_TOLERANCE_PX,
      layerFilter: (layer) => layer === layers.spots,
    });
    if (spot) on.spot(String(spot.getId()));
    else on.place([coordinate[0] ?? 0, coordinate[1] ?? 0]);
  });

  return {
    showTerritory(territory) {
      const format = new GeoJSON();
      const boundaries = territory.communes.map(({ boundary }) => format.readGeometry(boundary) ?? undefined);
      replace(
        sources.communes,
        boundaries.map((boundary) => new Feature(boundary)),
      );
      // In a later task, because drawing them with everything else would delay taps.
      void frameIsShown().then(() => replace(sources.streets, format.readFeatures(territory.streets)));
      if (sources.place.getFeatures().length === 0) view.fit([...territory.bbox]);
    },
    showPlace(at) {
      const isFirst = sources.place.getFeatures().length === 0;
      replace(sources.place, at ? [new Feature(new Point([...at]))] : []);
      if (at === undefined) return;
      if (isFirst) view.setZoom(STREET_ZOOM);
      view.setCenter([...at]);
    },
    showSpots(spots, selected) {
      const features = spots.map(({ id, location }) => {
        const feature = new Feature({ geometry: new Point([location.lon, location.lat]), selected: id === selected });
        feature.setId(id);
        return feature;
      });
      replace(sources.spots, features);
    },
    centre() {
      const [longitude = 0, latitude = 0] = view.getCenter() ?? [];
      return [longitude, latitude];
    },
    zoomBy(levels) {
      view.setZoom((view.getZoom() ?? STREET_ZOOM) + levels);
    },
    close() {
      light.removeEventListener('change', dress);
      map.setTarget(undefined);
    },
  };
}

function spotStyle(palette: MapPalette, selected: boolean): Style {
  return new Style({
    image: new Circle({
      radius: selected ? 12 : 8,
      fill: new Fill({ color: selected ? palette.river : palette.amber }),
      stroke: new Stroke({ color: selected ? palette.ink : palette.card, width: selected ? 3 : 2 }),
    }),
    zIndex: selected ? 2 : 1,
  });
}

function replace(source: VectorSource, features: Feature[]): void {
  source.clear(true);
  source.addFeatures(features);
}

/** Metres on the ground per pixel, corrected for the Mercator projection. */
function groundResolution(view: View, resolution: number): number {
  return getPointResolution('EPSG:3857', resolution, view.getCenter() ?? [0, 0], 'm');
}

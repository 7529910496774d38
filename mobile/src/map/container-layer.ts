import type { Container } from '../containers/container.ts';
import { DISC_RADIUS, type Heap, heapsOf, STEP_PX } from './container-heaps.ts';
import { drawMarker, MARKER_PX, markerKey } from './container-marker.ts';
import { Feature, Point, VectorSource } from './library/data.ts';
import { VectorLayer } from './library/layers.ts';
import { Circle, Fill, Icon, Stroke, Style, Text } from './library/styles.ts';
import type { MapPalette } from './palette.ts';

const FAR_MARKER_PX = 25;

/** The containers on the map: a marker for each, or a disc with their number where markers would cover one another. */
export function containerLayer() {
  const source = new VectorSource();
  // Places of other layers give way to the discs.
  const layer = new VectorLayer({ source, declutter: 'marks' });
  const styles = new Map<string, Style>();
  let shown: readonly Container[] = [];
  let selected: readonly string[] = [];
  let heaps: readonly Heap[] = [];
  let arrangedAt = '';
  let isFar = false;

  function draw(): void {
    const features = heaps.flatMap(({ at, containers, isDisc }) => {
      if (isDisc) return [newFeature(at, containers, true)];
      const middle = (containers.length - 1) / 2;
      return containers.map((container, i) => newFeature(container.position, [container], false, i - middle));
    });
    source.clear(true);
    source.addFeatures(features);
  }

  function newFeature(at: readonly number[], containers: readonly Container[], isDisc: boolean, offset = 0): Feature {
    const isSelected = containers.some(({ id }) => selected.includes(id));
    return new Feature({ geometry: new Point([...at]), containers, isDisc, offset, isSelected });
  }

  return {
    layer,
    /** What is drawn. */
    heaps: () => heaps,
    dress(palette: MapPalette): void {
      styles.clear();
      layer.setStyle((feature) => {
        const containers: readonly Container[] = feature.get('containers');
        const isSelected = feature.get('isSelected') === true;
        const offset = Number(feature.get('offset'));
        const [first] = containers;
        if (first === undefined) return undefined;
        const isDisc = feature.get('isDisc') === true;
        const look = isDisc ? containers.length : `${markerKey(first, isSelected)} ${offset} ${isFar}`;
        const key = `${look} ${isSelected}`;
        const known = styles.get(key);
        if (known !== undefined) return known;
        const style = isDisc
          ? discStyle(containers.length, isSelected, palette)
          : markerStyle(first, isSelected, isFar, offset, palette);
        styles.set(key, style);
        return style;
      });
    },
    show(containers: readonly Container[], chosen: readonly string[]): void {
      shown = containers;
      selected = chosen;
      arrangedAt = '';
    },
    /** Draws them for a resolution of the map. */
    arrange(resolution: number, seenFromAfar: boolean): void {
      const at = `${resolution.toPrecision(3)} ${seenFromAfar}`;
      if (at === arrangedAt) return;
      arrangedAt = at;
      isFar = seenFromAfar;
      heaps = heapsOf(shown, resolution, isFar);
      draw();
    },
  };
}

function markerStyle(container: Container, isSelected: boolean, isFar: boolean, offset: number, palette: MapPalette) {
  return new Style({
    image: new Icon({
      img: drawMarker(container, isSelected, palette),
      width: isFar ? FAR_MARKER_PX : MARKER_PX,
      displacement: [offset * STEP_PX, 0],
      declutterMode: 'none',
    }),
    zIndex: isSelected ? 2 : (container.filling ?? 0),
  });
}

function discStyle(count: number, isSelected: boolean, palette: MapPalette): Style {
  return new Style({
    image: new Circle({
      radius: DISC_RADIUS - 2,
      fill: new Fill({ color: isSelected ? palette.ink : palette.card }),
      stroke: new Stroke({ color: palette.river, width: 4 }),
      declutterMode: 'obstacle',
    }),
    text: new Text({
      text: String(count),
      font: '700 14px "Bricolage Grotesque Variable", sans-serif',
      fill: new Fill({ color: isSelected ? palette.card : palette.ink }),
      declutterMode: 'obstacle',
    }),
    zIndex: 3,
  });
}

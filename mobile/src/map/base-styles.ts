import type { FeatureLike } from 'ol/Feature.js';
import { NAME_PX } from './commune-names.ts';
import { Circle, Fill, Stroke, Style, Text } from './library/styles.ts';
import type { MapPalette } from './palette.ts';

/** The resolutions below which features are drawn, in metres on the ground per pixel. */
const STREET_NAMES_BELOW = 2.2;
const SMALL_STREETS_BELOW = 14;

const LARGE = new Set(['road', 'main']);

export function communeStyle(palette: MapPalette): Style {
  return new Style({
    fill: new Fill({ color: palette.paper }),
    stroke: new Stroke({ color: palette.inkSoft, width: 1.2, lineDash: [1, 5], lineCap: 'round' }),
  });
}

export function communeNameStyle(palette: MapPalette): (feature: FeatureLike) => Style {
  return (feature) => {
    const [offsetX, offsetY]: readonly number[] = feature.get('offset') ?? [0, 0];
    return new Style({
      text: new Text({
        text: String(feature.get('name') ?? ''),
        font: `700 ${NAME_PX}px "Bricolage Grotesque Variable", sans-serif`,
        fill: new Fill({ color: palette.ink }),
        stroke: new Stroke({ color: palette.paper, width: 4 }),
        overflow: true,
        offsetX,
        offsetY,
        declutterMode: 'obstacle', // always shown
      }),
    });
  };
}

export function streetStyle(palette: MapPalette): (feature: FeatureLike, metresPerPixel: number) => Style[] {
  return (feature, metresPerPixel) => {
    const large = LARGE.has(String(feature.get('kind')));
    if (!large && metresPerPixel > SMALL_STREETS_BELOW) return [];
    const metres = large ? 14 : 8;
    const width = Math.min(18, Math.max(large ? 2 : 1, metres / metresPerPixel));
    const styles = [
      new Style({ zIndex: 0, stroke: new Stroke({ color: palette.line, width: width + 2, lineCap: 'round' }) }),
      new Style({ zIndex: large ? 2 : 1, stroke: new Stroke({ color: palette.card, width, lineCap: 'round' }) }),
    ];
    const name: unknown = feature.get('name');
    if (metresPerPixel < STREET_NAMES_BELOW && typeof name === 'string') styles.push(streetName(name, palette));
    return styles;
  };
}

export function positionStyle(palette: MapPalette): Style[] {
  return [
    new Style({ image: new Circle({ radius: 20, fill: new Fill({ color: 'rgb(31 138 157 / 20%)' }) }) }),
    new Style({
      image: new Circle({
        radius: 8,
        fill: new Fill({ color: palette.river }),
        stroke: new Stroke({ color: '#fff', width: 3 }),
      }),
    }),
  ];
}

function streetName(name: string, palette: MapPalette): Style {
  return new Style({
    zIndex: 3,
    text: new Text({
      text: name,
      placement: 'line',
      font: '500 12px "Figtree Variable", sans-serif',
      fill: new Fill({ color: palette.inkSoft }),
      stroke: new Stroke({ color: palette.card, width: 3 }),
    }),
  });
}

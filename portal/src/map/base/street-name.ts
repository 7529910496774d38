import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';
import type { Cartography } from '../../theme/palette.ts';

/** Metres per pixel below which streets have their names. */
export const NAMES_BELOW = 2.6;
const FONT = '500 12px "Figtree Variable", sans-serif';

/** The name along a street. */
export function streetName(text: string, zIndex: number, { label, street }: Cartography): Style {
  return new Style({
    text: new Text({
      text,
      placement: 'line',
      font: FONT,
      fill: new Fill({ color: label }),
      stroke: new Stroke({ color: street, width: 3 }),
      overflow: false,
    }),
    zIndex,
  });
}

import type { Appearance } from '../../theme/palette.ts';

/** The class of layers of images: the style sheet dims their colours at night. */
export function imageClass(appearance: Appearance): string {
  return `ol-layer base-images base-images--${appearance}`;
}

import type OlMap from 'ol/Map.js';
import Overlay from 'ol/Overlay.js';
import { fromLonLat } from 'ol/proj.js';
import type { MapItem } from '../entities/map-item.ts';
import { type Appearance, CARTOGRAPHY, INKS } from '../theme/palette.ts';

const PULSE_MS = 1_100;
const MAX_PULSES = 40;
const WIDEST_PX = 60;
/** From a radius of 8 pixels to one of 30. */
const FRAMES = [
  { opacity: 0.75, transform: 'scale(0.27)' },
  { opacity: 0, transform: 'scale(1)' },
];

/**
 * Rings that widen and fade after a change of state. They are elements above the map, because the browser can
 * animate these without drawing the map again for each frame.
 */
export function pulses(map: OlMap) {
  const shown = new Set<Overlay>();
  let colour = '';

  function remove(overlay: Overlay): void {
    shown.delete(overlay);
    map.removeOverlay(overlay);
  }

  function add(position: readonly [number, number]): void {
    const element = document.createElement('div');
    Object.assign(element.style, {
      width: `${WIDEST_PX}px`,
      height: `${WIDEST_PX}px`,
      border: `3px solid ${colour}`,
      borderRadius: '50%',
      pointerEvents: 'none',
    });
    const overlay = new Overlay({
      element,
      position: fromLonLat([...position]),
      positioning: 'center-center',
      stopEvent: false,
    });
    shown.add(overlay);
    map.addOverlay(overlay);
    element.animate(FRAMES, { duration: PULSE_MS, fill: 'forwards' }).onfinish = () => remove(overlay);
  }

  return {
    pulse(items: readonly MapItem[]): void {
      for (const { position } of items.slice(0, MAX_PULSES - shown.size)) if (position) add(position);
    },
    look(appearance: Appearance): void {
      colour = appearance === 'night' ? INKS.night.lit : CARTOGRAPHY.day.accent;
    },
    stop(): void {
      for (const overlay of shown) remove(overlay);
    },
  };
}

import type { SpotLayer } from './layers.ts';

/** The colour of a layer, and its symbol as lines in a square of 24. White is readable on each. */
export const SPOT_DRAWINGS: { readonly [layer in SpotLayer]: { readonly colour: string; readonly path: string } } = {
  stops: { colour: '#1d4f91', path: 'M6 5h12v11H6zM6 11h12M8.5 16v2.5M15.5 16v2.5' },
  directory: { colour: '#6d3a94', path: 'M4.5 10l1.5-5h12l1.5 5zM6 10v9h12v-9M10.5 19v-5h3v5' },
  reports: { colour: '#9c3a14', path: 'M12 5v8.5M12 17.5v1' },
  events: { colour: '#7a2a5e', path: 'M5 7h14v12H5zM5 11h14M9 4v4M15 4v4' },
  works: { colour: '#7a4a00', path: 'M12 5l8 14H4zM12 10v4M12 16v1' },
  defibrillators: {
    colour: '#246b2c',
    path: 'M12 19S5 14.8 5 9.8A3.8 3.8 0 0 1 12 7.6 3.8 3.8 0 0 1 19 9.8C19 14.8 12 19 12 19z',
  },
};

/** Side of the square of a marker, in CSS pixels. */
export const SPOT_PX = 34;
const CENTRE = SPOT_PX / 2;
const RADIUS = 13;

/** Draws the marker of a layer: a disc in its colour with its symbol. */
export function drawSpot(
  layer: SpotLayer,
  isSelected: boolean,
  { card, ink }: { readonly card: string; readonly ink: string },
) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SPOT_PX * 2; // double size, for sharp markers on dense screens
  const pen = canvas.getContext('2d', { willReadFrequently: true }); // OpenLayers reads pixels to find what was tapped
  if (pen === null) return canvas;
  pen.scale(2, 2);
  const { colour, path } = SPOT_DRAWINGS[layer];
  for (const [radius, fill] of [
    [RADIUS + 2, isSelected ? ink : card],
    [RADIUS, colour],
  ] as const) {
    pen.beginPath();
    pen.arc(CENTRE, CENTRE, radius, 0, 2 * Math.PI);
    pen.fillStyle = fill;
    pen.fill();
  }
  pen.translate(CENTRE - 9, CENTRE - 9);
  pen.scale(0.75, 0.75);
  pen.strokeStyle = '#fff';
  pen.lineWidth = 2;
  pen.lineCap = pen.lineJoin = 'round';
  pen.stroke(new Path2D(path));
  return canvas;
}

import type { Container } from '../containers/container.ts';
import { type FillingLevel, fillingLevel } from '../containers/filling.ts';
import { WASTE_KIND_DRAWINGS } from '../containers/waste-kind-drawings.ts';
import type { MapPalette } from './palette.ts';

/** Side of the square of a marker, in CSS pixels. */
export const MARKER_PX = 52;

const CENTRE = MARKER_PX / 2;
const RING_RADIUS = 19;
const RING_WIDTH = 5;
const DISC_RADIUS = 14.5;
const STEPS = 20;

/** Markers with the same key look the same and share one drawing. */
export function markerKey({ kind, filling }: Container, selected: boolean): string {
  return `${kind} ${filling === undefined ? '-' : Math.round(filling * STEPS)} ${selected}`;
}

/** Draws a marker: a disc in the kind's colour with its symbol, in a ring that shows the filling level. */
export function drawMarker({ kind, filling }: Container, selected: boolean, palette: MapPalette): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = MARKER_PX * 2; // double size, for sharp markers on dense screens
  const pen = canvas.getContext('2d', { willReadFrequently: true }); // OpenLayers reads pixels to find what was tapped
  if (pen === null) return canvas;
  pen.scale(2, 2);

  pen.shadowColor = 'rgb(8 30 36 / 35%)';
  pen.shadowBlur = 5;
  pen.shadowOffsetY = 1;
  disc(pen, RING_RADIUS + RING_WIDTH / 2 + 1.5, selected ? palette.ink : palette.card);
  pen.shadowColor = 'transparent';

  ring(pen, 1, palette.track);
  if (filling !== undefined) ring(pen, Math.max(0.04, filling), ringColour(fillingLevel(filling), palette));

  const { colour, path } = WASTE_KIND_DRAWINGS[kind];
  disc(pen, DISC_RADIUS, colour);
  pen.translate(CENTRE - 9.6, CENTRE - 9.6);
  pen.scale(0.8, 0.8);
  pen.strokeStyle = '#fff';
  pen.lineWidth = 1.8;
  pen.lineCap = pen.lineJoin = 'round';
  pen.stroke(new Path2D(path));
  return canvas;
}

function ringColour(level: FillingLevel, palette: MapPalette): string {
  if (level === 'full') return palette.brick;
  return level === 'nearlyFull' ? palette.amber : palette.river;
}

function disc(pen: CanvasRenderingContext2D, radius: number, colour: string): void {
  pen.beginPath();
  pen.arc(CENTRE, CENTRE, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

function ring(pen: CanvasRenderingContext2D, share: number, colour: string): void {
  pen.beginPath();
  pen.arc(CENTRE, CENTRE, RING_RADIUS, -Math.PI / 2, -Math.PI / 2 + share * 2 * Math.PI);
  pen.strokeStyle = colour;
  pen.lineWidth = RING_WIDTH;
  pen.stroke();
}

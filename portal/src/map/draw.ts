import type { Severity } from '../entities/entity-view.ts';
import { colourOf, type Inks, type Paint } from '../entities/map-item.ts';
import { SYMBOL_BOX, type SymbolPart } from '../entities/symbol.ts';
import type { Donut } from './donut.ts';
import { donutRadius, MARK_AT } from './donut.ts';

/** Margin around a symbol for its halo, as a fraction of the box. */
const GAP = 0.045;
const TURN = 2 * Math.PI;

/** A canvas with the parts at a size in CSS pixels, at the screen's resolution. */
export function symbolCanvas(parts: readonly SymbolPart[], inks: Inks, size: number, ratio: number, faded: boolean) {
  const { canvas, context } = blank(size, ratio);
  context.scale(size / SYMBOL_BOX, size / SYMBOL_BOX);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const { d, fill, stroke, width = 1, opacity = 1, dash } of parts) {
    const path = new Path2D(d);
    context.globalAlpha = opacity * (faded ? 0.62 : 1);
    if (fill !== undefined) {
      context.fillStyle = colourOf(fill, inks);
      context.fill(path);
    }
    if (stroke !== undefined) {
      context.strokeStyle = colourOf(stroke, inks);
      context.lineWidth = width;
      context.setLineDash(dash ? [...dash] : []);
      context.stroke(path);
    }
  }
  return canvas;
}

/** A coloured dot for low zoom. A severity has its own shape, so that colour is not the only indication. */
export function dotCanvas(paint: Paint, severity: Severity, inks: Inks, ratio: number) {
  const size = severity === 'none' ? 11 : 15;
  const { canvas, context } = blank(size, ratio);
  context.translate(size / 2, size / 2);
  context.beginPath();
  if (severity === 'none') context.arc(0, 0, 4, 0, TURN);
  else for (const [x, y] of severity === 'alarm' ? DIAMOND : TRIANGLE) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = colourOf(paint, inks);
  context.strokeStyle = inks.outline;
  context.lineWidth = 1.2;
  context.fill();
  context.stroke();
  return canvas;
}

const DIAMOND = [
  [0, -6.5],
  [6.5, 0],
  [0, 6.5],
  [-6.5, 0],
] as const;
const TRIANGLE = [
  [0, -6],
  [6.3, 5],
  [-6.3, 5],
] as const;

/**
 * A cluster: the count in the middle, a ring by state, a mark for the worst severity (diamond: alarm, triangle:
 * warning).
 */
export function donutCanvas(donut: Donut, inks: Inks, ratio: number) {
  const radius = donutRadius(donut.total);
  const size = Math.ceil(radius * 2 + 14);
  const middle = size / 2;
  const { canvas, context } = blank(size, ratio);
  const thickness = Math.max(5, radius * 0.27);

  context.fillStyle = inks.surface;
  context.beginPath();
  context.arc(middle, middle, radius, 0, TURN);
  context.fill();

  context.lineWidth = thickness;
  let from = -Math.PI / 2;
  const gap = donut.segments.length > 1 ? GAP : 0;
  for (const { paint, count } of donut.segments) {
    const to = from + (count / donut.total) * TURN;
    context.strokeStyle = colourOf(paint, inks);
    context.beginPath();
    // one among hundreds must still be visible
    context.arc(middle, middle, radius - thickness / 2, from + gap, Math.max(to - gap, from + gap + 0.06));
    context.stroke();
    from = to;
  }
  context.strokeStyle = inks.outline;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(middle, middle, radius + 0.75, 0, TURN);
  context.stroke();

  context.fillStyle = inks.off;
  const total = shortCount(donut.total);
  write(context, total, middle, middle, total.length > 4 ? radius * 0.42 : Math.max(11, radius * 0.56));
  if (donut.worst !== 'none') mark(context, donut, inks, middle + radius * MARK_AT, middle - radius * MARK_AT);
  return canvas;
}

/** 12 400 becomes `12,4k`, because five digits do not fit into a ring. */
function shortCount(count: number): string {
  return count < 10_000 ? String(count) : `${(Math.round(count / 100) / 10).toLocaleString('fr')}k`;
}

function mark(context: CanvasRenderingContext2D, donut: Donut, inks: Inks, x: number, y: number): void {
  const path = donut.worst === 'alarm' ? 'M0-8.500L8.5 0 0 8.5-8.5 0z' : 'M0-8L8.6 6.900H-8.600z';
  context.save();
  context.translate(x, y);
  context.fillStyle = donut.worst === 'alarm' ? inks.alarm : inks.warning;
  context.strokeStyle = inks.outline;
  context.lineWidth = 1.4;
  context.lineJoin = 'round';
  const shape = new Path2D(path);
  context.fill(shape);
  context.stroke(shape);
  context.fillStyle = inks.onInk;
  const count = donut.worstCount > 99 ? '+' : String(donut.worstCount);
  write(context, count, 0, donut.worst === 'alarm' ? 0.3 : 2.2, count.length > 1 ? 7.5 : 9.5);
  context.restore();
}

function write(context: CanvasRenderingContext2D, text: string, x: number, y: number, size: number): void {
  context.font = `700 ${size}px "Figtree Variable", sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y + size * 0.05);
}

function blank(size: number, ratio: number) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(size * ratio);
  canvas.height = Math.round(size * ratio);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no canvas');
  context.scale(ratio, ratio);
  return { canvas, context };
}

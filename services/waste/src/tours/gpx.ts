import { xmlText } from '@alzette/kit/html';
import type { KeptRound } from './tour-rows.ts';

/** A round as GPX 1.1, with its stops as waypoints and a route in their order. */
export function gpxOf({ id, day, kind, tour }: KeptRound): string {
  const points = tour.stops.map(({ name, position: [longitude, latitude], arrival, level }, i) => {
    const inner = `<time>${arrival}</time><name>${xmlText(`${i + 1}. ${name}`)}</name><desc>${Math.round(level * 100)} %</desc>`;
    return { at: `lat="${latitude}" lon="${longitude}"`, inner };
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gpx version="1.1" creator="Alzette" xmlns="http://www.topografix.com/GPX/1/1">',
    `<metadata><name>${xmlText(`${kind}, ${day} (${id})`)}</name></metadata>`,
    ...points.map(({ at, inner }) => `<wpt ${at}>${inner}</wpt>`),
    `<rte><name>${xmlText(`${kind}, ${day}`)}</name>`,
    ...points.map(({ at, inner }) => `<rtept ${at}>${inner}</rtept>`),
    '</rte>',
    '</gpx>',
    '',
  ].join('\n');
}

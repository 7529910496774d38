import { type Html, html } from '@alzette/kit/html';
import type { TerritoryInfo, TerritoryShapes } from '@alzette/kit/service';
import type { Feature } from '../datasets/dataset.ts';

const WIDTH = 640;
const MARGIN = 8;

/** A map of the rows over the communes, as a picture that needs no script and no other server. */
export function svgMap(
  territory: TerritoryInfo,
  boundaries: TerritoryShapes['boundaries'],
  features: readonly Feature[],
  label: string,
): Html {
  const [west, south, east, north] = territory.bbox;
  const stretch = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = (WIDTH - 2 * MARGIN) / ((east - west) * stretch);
  const height = Math.round((north - south) * scale + 2 * MARGIN);
  const place = ([longitude = 0, latitude = 0]: readonly number[]) =>
    [MARGIN + (longitude - west) * stretch * scale, MARGIN + (north - latitude) * scale].map((each) => each.toFixed(1));
  const path = (rings: readonly (readonly (readonly number[])[])[]) =>
    rings.map((ring) => `M${ring.map((position) => place(position).join(' ')).join('L')}Z`).join('');
  const shapes = features.map(({ geometry }) => {
    if (geometry?.type === 'Point') {
      const [x, y] = place(geometry.coordinates as number[]);
      return html`<circle cx="${x}" cy="${y}" r="4"/>`;
    }
    return geometry?.type === 'Polygon' ? html`<path d="${path(geometry.coordinates as number[][][])}"/>` : '';
  });
  return html`<svg class="map" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
<g class="communes">${[...boundaries.values()].map((boundary) => html`<path d="${path(ringsOf(boundary.coordinates))}"/>`)}</g>
<g class="rows">${shapes}</g></svg>`;
}

type Ring = readonly (readonly number[])[];

/** The rings of a commune, which may have several parts. */
function ringsOf(coordinates: readonly (Ring | readonly Ring[])[]): readonly Ring[] {
  return coordinates.flatMap((each) => (typeof each[0]?.[0] === 'number' ? [each as Ring] : (each as readonly Ring[])));
}

export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** A bar chart with its table. */
export function barChart(title: string, bars: readonly Bar[]): Html {
  const most = Math.max(...bars.map(({ value }) => value), 1);
  const rows = bars.map(
    ({ label, value }) =>
      html`<tr><th scope="row">${label}</th><td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${((value / most) * 100).toFixed(1)}" height="10"/></svg></td><td class="number">${value.toLocaleString('fr-FR')}</td></tr>`,
  );
  return html`<table class="chart"><caption>${title}</caption><tbody>${rows}</tbody></table>`;
}

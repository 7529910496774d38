import type { Flow } from '../contract/statistics.ts';
import { columnIn } from './columns.ts';
import type { Ground } from './observation.ts';

type Place = { readonly code: string; readonly commune?: string };

const CELL = /^CRS3035RES\d+mN\d+E\d+$/;
const CODE_LENGTH = 5;

/** The place that a row is about. */
export function placeIn(
  { place }: Flow,
  cells: Readonly<Record<string, string>>,
  ground: Ground,
): Place | { readonly reason: string } {
  const { level, column, department, communeIn, communeName, longitude, latitude, code: fixed } = place;
  if (fixed !== undefined) return { code: fixed };
  if (communeName !== undefined) {
    const written = cells[communeName] ?? '';
    if (written === '') return { reason: `${communeName}: got nothing, expected the name of a commune` };
    const named = ground.communes.find(({ name }) => bare(name) === bare(written));
    return { code: named?.code ?? 'outside' };
  }
  if (longitude !== undefined && latitude !== undefined && column === undefined) {
    const [x, y] = [Number(cells[longitude] || Number.NaN), Number(cells[latitude] || Number.NaN)];
    if (Number.isNaN(x) || Number.isNaN(y))
      return { reason: `${longitude}, ${latitude}: got no point, expected degrees` };
    const commune = ground.communes.find(({ rings }) => rings.some((ring) => contains(ring, x, y)))?.code;
    return { code: commune ?? 'outside' };
  }
  const name = column === undefined ? undefined : columnIn(cells, column);
  const text = `${department === undefined ? '' : (cells[department] ?? '')}${name === undefined ? '' : cells[name]}`;
  if (text === '') return { reason: `${column}: got nothing, expected a code` };
  if (level === 'cell') {
    if (!CELL.test(text)) return { reason: `${column}: got "${text.slice(0, 60)}", expected CRS3035RES200mN…E…` };
    const holder = communeIn === undefined ? undefined : columnIn(cells, communeIn);
    // A cell on a boundary has the codes of its communes in one text.
    return { code: text, ...(holder !== undefined && { commune: (cells[holder] ?? '').slice(0, CODE_LENGTH) }) };
  }
  const code = /^\d{1,5}$/.test(text) && level === 'commune' ? text.padStart(CODE_LENGTH, '0') : text;
  return level === 'iris' ? { code, commune: code.slice(0, CODE_LENGTH) } : { code };
}

/** `VILLERUPT` and `Rédange` are written as the office pleases. */
function bare(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z]/gi, '')
    .toLowerCase();
}

function contains(ring: readonly (readonly number[])[], x: number, y: number): boolean {
  let isInside = false;
  ring.forEach(([x1 = 0, y1 = 0], at) => {
    const [x2 = 0, y2 = 0] = ring[at === 0 ? ring.length - 1 : at - 1] ?? [];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isInside = !isInside;
  });
  return isInside;
}

import { parse } from 'csv-parse/sync';
import type { Move } from './observation.ts';

const FOUNDED_AGAIN = 21;
const COMMUNE = 'COM';

/** The commune that a code of an earlier year belongs to now. */
export function presentCode(code: string, vintage: number, moves: readonly Move[]): string {
  const later = moves.filter(({ on }) => on > `${vintage}-01-01`).sort((a, b) => a.on.localeCompare(b.on));
  let present = code;
  for (const { from, to, kind } of later) {
    if (kind === FOUNDED_AGAIN && to === code) present = code;
    else if (kind !== FOUNDED_AGAIN && from === present) present = to;
  }
  return present;
}

/** Reads the official list `v_mvt_commune`. @throws Error: a column is missing */
export function readMoves(text: string): Move[] {
  const rows: Record<string, string>[] = parse(text, { bom: true, columns: true, skip_empty_lines: true, trim: true });
  for (const column of ['MOD', 'DATE_EFF', 'TYPECOM_AV', 'COM_AV', 'TYPECOM_AP', 'COM_AP']) {
    if (rows[0] !== undefined && !(column in rows[0]))
      throw new Error(`got the columns ${Object.keys(rows[0]).join(', ')}, expected also ${column}`);
  }
  return rows.flatMap(({ MOD, DATE_EFF = '', TYPECOM_AV, COM_AV = '', TYPECOM_AP, COM_AP = '' }) => {
    const isCommune = TYPECOM_AV === COMMUNE && TYPECOM_AP === COMMUNE && COM_AV !== COM_AP;
    return isCommune ? [{ from: COM_AV, to: COM_AP, on: dayOf(DATE_EFF), kind: Number(MOD) }] : [];
  });
}

/** The list has ISO dates, and had `01/01/19`. */
function dayOf(text: string): string {
  const [, day, month, year] = /^(\d\d)\/(\d\d)\/(\d\d)$/.exec(text) ?? [];
  if (day !== undefined) return `${Number(year) > 40 ? 19 : 20}${year}-${month}-${day}`;
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new Error(`DATE_EFF: got "${text}", expected a day such as 2019-01-01`);
  return text;
}

import { InvalidInput } from '../input/invalid-input.ts';

/**
 * A light point, with the attributes of the French standard for outdoor lighting that we use (EclExt 1.1,
 * PointLumineux).
 */
export interface LightPoint {
  readonly id: string;
  readonly commune?: string;
  readonly street?: string;
  readonly longitude?: number;
  readonly latitude?: number;
  /** Watts at full level. */
  readonly power?: number;
  /** Kelvin. */
  readonly colourTemperature?: number;
  /** Lumen. */
  readonly luminousFlux?: number;
  /** LED, SHP (sodium), VM (mercury) …: the codes of `typeSource`. */
  readonly technology?: string;
  /** Metres. */
  readonly height?: number;
  readonly cabinet?: string;
  readonly circuit?: string;
  readonly pole?: string;
  /** `YYYY-MM-DD`. */
  readonly installed?: string;
}

type Field = keyof LightPoint;

interface Column {
  readonly header: string;
  /** The column's name in older files. */
  readonly formerly?: string;
  readonly field: Field;
  /** Converts the text to a value. @throws InvalidInput */
  readonly read: (text: string, member: string) => string | number;
}

/**
 * The columns in the order of output, with the names of EclExt where it has one. EclExt has the position as a geometry,
 * and no ids, streets or circuits.
 */
export const COLUMNS: readonly Column[] = [
  { header: 'id_point', field: 'id', read: readId },
  { header: 'commune', field: 'commune', read: asText },
  { header: 'voie', field: 'street', read: asText },
  { header: 'longitude', field: 'longitude', read: within(-180, 180) },
  { header: 'latitude', field: 'latitude', read: within(-90, 90) },
  { header: 'puissance', field: 'power', read: within(0, 10_000) },
  { header: 'temperatureCouleur', formerly: 'temp_coul', field: 'colourTemperature', read: within(1_000, 20_000) },
  { header: 'fluxLuminaire', formerly: 'flux', field: 'luminousFlux', read: within(0, 1_000_000) },
  { header: 'typeSource', formerly: 'type_source', field: 'technology', read: asText },
  { header: 'hauteurFeu', formerly: 'hauteur', field: 'height', read: within(0, 100) },
  { header: 'armoire', field: 'cabinet', read: readId },
  { header: 'depart', field: 'circuit', read: asText },
  { header: 'num_support', field: 'pole', read: asText },
  { header: 'datePremiereInstallation', formerly: 'date_pose', field: 'installed', read: readDay },
];

/** The file's name of a column. @param headers configured names */
export function calledIn(
  has: (name: string) => boolean,
  { header, formerly }: Column,
  headers: Readonly<Record<string, string>>,
): string {
  return headers[header] ?? (formerly !== undefined && !has(header) && has(formerly) ? formerly : header);
}

const LONGEST = 200;

function asText(text: string, member: string): string {
  if (text.length > LONGEST) throw new InvalidInput(member, text, `at most ${LONGEST} characters`);
  return text;
}

function readId(text: string, member: string): string {
  if (!/^[\w.:@-]{1,100}$/.test(text)) {
    throw new InvalidInput(member, text, 'at most 100 letters, digits and . : @ _ -');
  }
  return text;
}

/** Accepts a decimal point or comma. */
function within(min: number, max: number) {
  return (text: string, member: string): number => {
    const number = /^-?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
    if (!(number >= min && number <= max)) throw new InvalidInput(member, text, `a number from ${min} to ${max}`);
    return number;
  };
}

function readDay(text: string, member: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidInput(member, text, 'a day such as 2022-10-01');
  return text;
}

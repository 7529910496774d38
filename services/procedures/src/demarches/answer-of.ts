import type { CommuneInfo } from '@alzette/kit/service';
import type { Field } from '../contract/form.ts';
import type { Champ } from './query.ts';

const NUMBERS: ReadonlySet<string> = new Set(['number', 'integer', 'money']);
const GEOMETRIES = { point: 'Point', line: 'LineString', area: 'Polygon' } as const;
/** Of which there is nothing in Démarches simplifiées, or which the service makes itself. */
export const NOT_TAKEN: ReadonlySet<Field['kind']> = new Set([
  'repeated',
  'booking',
  'period',
  'signature',
  'asset',
  'computed',
  'reading',
]);

/**
 * The answer of a field, in our form. Files are taken over elsewhere. Undefined: nothing was answered.
 *
 * @throws Error: says which option is meant by nothing
 */
export function answerOf(field: Field, champ: Champ, communes: readonly CommuneInfo[]): unknown {
  const text = champ.stringValue?.trim() ?? '';
  const { kind } = field;
  if (NUMBERS.has(kind)) return numberOf(champ.decimalNumber ?? champ.integerNumber ?? (text === '' ? null : text));
  switch (kind) {
    case 'yesNo':
      return champ.checked ?? (text === '' ? undefined : text === 'true');
    case 'confirmation':
      return (champ.checked ?? text === 'true') ? true : undefined;
    case 'date':
      return champ.date ?? undefined;
    case 'dateTime':
      return champ.datetime?.slice(0, 16);
    case 'oneOf':
      return text === '' ? undefined : optionOf(field, text);
    case 'severalOf':
      return champ.values?.length ? champ.values.map((value) => optionOf(field, value)) : undefined;
    case 'commune':
      return communeOf(champ.commune?.code, communes);
    case 'address':
      return addressOf(champ, communes);
    case 'place':
      return champ.geoAreas?.find(({ geometry }) => geometry.type === GEOMETRIES[field.geometry ?? 'point'])?.geometry;
    case 'siret':
      return champ.etablissement?.siret ?? (text || undefined);
    default:
      return text === '' ? undefined : text;
  }
}

function numberOf(value: string | number | null): number | undefined {
  return value === null ? undefined : Number(String(value).replace(',', '.'));
}

function optionOf({ id, options = [] }: Field, text: string): string {
  const wanted = text.toLowerCase();
  const option = options.find(({ value, label }) => value === text || label.fr.trim().toLowerCase() === wanted);
  if (option === undefined) throw new Error(`${id}: “${text}” is none of its options`);
  return option.value;
}

function communeOf(code: string | null | undefined, communes: readonly CommuneInfo[]): string | undefined {
  return code ? communes.find((each) => each.code === code)?.slug : undefined;
}

function addressOf({ address, commune, stringValue }: Champ, communes: readonly CommuneInfo[]): unknown {
  const text = address?.label ?? stringValue?.trim();
  if (!text) return undefined;
  const [lon, lat] = address?.geometry?.type === 'Point' ? address.geometry.coordinates : [];
  const slug = communeOf(address?.cityCode ?? commune?.code, communes);
  return {
    text,
    ...(slug !== undefined && { commune: slug }),
    ...(lon !== undefined && lat !== undefined && { location: { lat, lon } }),
  };
}

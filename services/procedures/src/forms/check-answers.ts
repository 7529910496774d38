import { refused } from '@alzette/kit/problems';
import { idOfToken } from '@alzette/kit/sealed-key';
import type { CommuneInfo } from '@alzette/kit/service';
import { contains, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { type FieldFault, faultsOf } from '../answers/faults.ts';
import { settle } from '../answers/settle.ts';
import { WORDS } from '../answers/words.ts';
import { addDays, localDay } from '../clock/deadline.ts';
import type { Answers, Field, Form } from '../contract/form.ts';
import type { Texts } from '../contract/texts.ts';
import type { ProcedureParts } from '../parts.ts';
import { schemaFaults } from './schema-faults.ts';

export const FILE_PURPOSE = 'file';

/** Answers that were checked. */
export interface CheckedAnswers {
  /** Without what is hidden, and with what is computed. */
  readonly answers: Answers;
  readonly faults: readonly FieldFault[];
  /** The ids of the files that the answers name. */
  readonly files: readonly string[];
  /** What is to be booked. */
  readonly booking?: { readonly resource: string; readonly slot: string; readonly amount: number };
  /** That of the field that decides the commune. */
  readonly commune?: CommuneInfo;
}

type CheckParts = Pick<ProcedureParts, 'client' | 'territories' | 'keyed'>;

/**
 * Checks answers: first in the words of the person, then by the JSON Schema of the form, and by what the territory knows.
 *
 * @param place the field that decides the commune
 * @param known answers that were accepted before: their files are not checked again
 * @throws Problem 400: an answer to no field
 */
export async function checkAnswers(
  parts: CheckParts,
  tenant: string,
  { form, place }: { readonly form: Form; readonly place?: string | undefined },
  given: Answers,
  { now, known = {} }: { readonly now: Date; readonly known?: Answers },
): Promise<CheckedAnswers> {
  const { sections } = form;
  const fields = sections.flatMap((section) => section.fields);
  const ids = new Set(fields.map(({ id }) => id));
  const stray = Object.keys(given).find((id) => !ids.has(id));
  if (stray !== undefined) throw refused(`answers.${stray}`, given[stray], 'a field of the form');
  const settled = settle(sections, given);
  const { answers, shown } = settled;
  let faults: FieldFault[] = faultsOf(sections, settled);
  if (faults.length === 0) faults = schemaFaults(form, answers);
  if (faults.length > 0) return { answers, faults, files: [] };
  const files: string[] = [];
  let commune: CommuneInfo | undefined;
  const judge = async (field: Field, name: string, value: unknown) => {
    if (value === undefined) return;
    const text = await judgeValue(parts, tenant, field, value, { now, isKnown: known[field.id] === value });
    if (text !== undefined) faults.push({ field: name, text });
    for (const token of tokensOf(field, value)) files.push(idOfToken(parts.keyed, FILE_PURPOSE, tenant, token) ?? '');
    if (name === place) commune = await communeOf(parts, tenant, field, value);
  };
  for (const field of fields.filter(({ id }) => shown.has(id))) {
    const value = answers[field.id];
    await judge(field, field.id, value);
    if (field.kind !== 'repeated' || !Array.isArray(value)) continue;
    for (const [n, row] of (value as readonly Answers[]).entries()) {
      for (const each of field.fields ?? []) await judge(each, `${field.id}.${n}.${each.id}`, row[each.id]);
    }
  }
  const booking = bookingIn(fields, answers);
  return { answers, faults, files, ...(booking && { booking }), ...(commune && { commune }) };
}

/** What only the territory, the clock and the stores know. */
async function judgeValue(
  parts: CheckParts,
  tenant: string,
  field: Field,
  value: unknown,
  { now, isKnown }: { readonly now: Date; readonly isKnown: boolean },
): Promise<Texts | undefined> {
  switch (field.kind) {
    case 'commune':
      return isCommune(parts, tenant, value) ? undefined : WORDS.choice;
    case 'address': {
      const { commune, location } = value as AddressAnswer;
      if (commune !== undefined && !isCommune(parts, tenant, commune)) return WORDS.address;
      if (location === undefined) return undefined;
      return (await communeAt(parts, tenant, [location.lon, location.lat])) ? undefined : WORDS.outside;
    }
    case 'place':
      return (await communeAt(parts, tenant, firstPosition(value))) ? undefined : WORDS.outside;
    case 'asset':
      return (await assetOf(parts, tenant, field, String(value))) ? undefined : WORDS.asset;
    case 'date':
      return judgeDay(parts, tenant, field, String(value), now);
    case 'period':
      return judgeDay(parts, tenant, field, (value as { from: string }).from.slice(0, 10), now);
    case 'file':
    case 'signature': {
      const tokens = tokensOf(field, value);
      const isRight = tokens.every((token) => idOfToken(parts.keyed, FILE_PURPOSE, tenant, token) !== undefined);
      return isKnown || isRight ? undefined : WORDS.file;
    }
    default:
      return undefined;
  }
}

interface AddressAnswer {
  readonly text: string;
  readonly commune?: string;
  readonly location?: { readonly lat: number; readonly lon: number };
}

function tokensOf({ kind }: Field, value: unknown): string[] {
  if (kind === 'file') return value as string[]; // checked by the schema
  return kind === 'signature' ? [String(value)] : [];
}

/** `min` and `max` of a day are days from today. */
function judgeDay(
  { territories }: CheckParts,
  tenant: string,
  { min, max }: Field,
  day: string,
  now: Date,
): Texts | undefined {
  const today = localDay(now, territories.of(tenant).timeZone);
  if (min !== undefined && day < addDays(today, min)) return min <= 1 ? WORDS.past : WORDS.early(min);
  return max !== undefined && day > addDays(today, max) ? WORDS.late(max) : undefined;
}

function isCommune({ territories }: CheckParts, tenant: string, slug: unknown): boolean {
  return territories.of(tenant).communes.some((commune) => commune.slug === slug);
}

async function communeAt(
  { territories }: CheckParts,
  tenant: string,
  position: LonLat,
): Promise<CommuneInfo | undefined> {
  const { boundaries } = await territories.shapes(tenant);
  return territories.of(tenant).communes.find(({ slug }) => {
    const boundary = boundaries.get(slug);
    return boundary !== undefined && contains(boundary, position);
  });
}

/** The first position of a geometry. */
export function firstPosition(geometry: unknown): LonLat {
  let at: unknown = (geometry as { readonly coordinates?: unknown }).coordinates;
  while (Array.isArray(at) && Array.isArray(at[0])) at = at[0];
  const [longitude = 0, latitude = 0] = (Array.isArray(at) ? at : []) as number[];
  return [longitude, latitude];
}

/** The place of an asset, if it has one of the wanted types. The same for a missing one, so that nobody learns which exist. */
async function assetOf(
  { client }: CheckParts,
  tenant: string,
  { assetTypes = [] }: Field,
  id: string,
): Promise<{ readonly position?: LonLat } | undefined> {
  const entity = await client.retrieveEntity(id, { tenant, format: 'simplified' });
  const types = entity ? [entity.type].flat().map((type) => type.split(/[/#]/).at(-1) ?? '') : [];
  if (entity === undefined || !types.some((type) => assetTypes.includes(type))) return undefined;
  const { location } = entity as { readonly location?: unknown };
  return typeof location === 'object' && location !== null ? { position: firstPosition(location) } : {};
}

async function communeOf(
  parts: CheckParts,
  tenant: string,
  field: Field,
  value: unknown,
): Promise<CommuneInfo | undefined> {
  const named = (slug: unknown) => parts.territories.of(tenant).communes.find((commune) => commune.slug === slug);
  if (field.kind === 'commune') return named(value);
  if (field.kind === 'place') return communeAt(parts, tenant, firstPosition(value));
  if (field.kind === 'asset') {
    const { position } = (await assetOf(parts, tenant, field, String(value))) ?? {};
    return position && communeAt(parts, tenant, position);
  }
  const { commune, location } = value as AddressAnswer;
  return location === undefined ? named(commune) : communeAt(parts, tenant, [location.lon, location.lat]);
}

function bookingIn(fields: readonly Field[], answers: Answers): CheckedAnswers['booking'] {
  const field = fields.find(({ id, kind }) => kind === 'booking' && answers[id] !== undefined);
  if (field?.resource === undefined) return undefined;
  const amount = field.amountFrom === undefined ? 1 : Number(answers[field.amountFrom] ?? 0);
  return { resource: field.resource, slot: (answers[field.id] as { slot: string }).slot, amount };
}

import type { Answers, Field, Section } from '../contract/form.ts';
import type { Texts } from '../contract/texts.ts';
import {
  compact,
  isDay,
  isGermanVat,
  isIban,
  isLuxembourgVat,
  isMatricule,
  isParcel,
  isRcs,
  isRna,
  isSiren,
  isSiret,
} from './check-digits.ts';
import { isEmpty } from './conditions.ts';
import type { Settled } from './settle.ts';
import { WORDS } from './words.ts';

/** What is wrong with an answer, and what to do about it. */
export interface FieldFault {
  /** In a row `objects.2.count`, counted from 0. */
  readonly field: string;
  readonly text: Texts;
}

/**
 * What is wrong with answers, as far as that can be known without asking the server: it also knows communes, assets, files and
 * bookings.
 */
export function faultsOf(sections: readonly Section[], { answers, shown }: Settled): FieldFault[] {
  const faults: FieldFault[] = [];
  const visit = (field: Field, name: string, value: unknown): void => {
    if (!shown.has(name)) return;
    const text = faultOf(field, value);
    if (text !== undefined) {
      faults.push({ field: name, text });
    } else if (field.kind === 'repeated' && Array.isArray(value)) {
      value.forEach((row: Answers, n) => {
        for (const each of field.fields ?? []) visit(each, `${name}.${n}.${each.id}`, row[each.id]);
      });
    }
  };
  for (const { fields } of sections) for (const field of fields) visit(field, field.id, answers[field.id]);
  return faults;
}

function faultOf(field: Field, value: unknown): Texts | undefined {
  const { kind, required } = field;
  if (kind === 'reading' || kind === 'computed') return undefined;
  if (isEmpty(value)) return required || kind === 'confirmation' ? WORDS.missing(field.label) : undefined;
  return CHECKS[kind](value, field);
}

type Check = (value: unknown, field: Field) => Texts | undefined;

function number(isWhole: boolean): Check {
  return (value, { min, max }) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || (isWhole && !Number.isInteger(value))) {
      return isWhole ? WORDS.wholeNumber : WORDS.number;
    }
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) return WORDS.between(min, max);
    return undefined;
  };
}

function written(longest: number): Check {
  return (value, { maxLength = longest }) => {
    if (typeof value !== 'string') return WORDS.text;
    return value.length > maxLength ? WORDS.tooLong(maxLength, value.length) : undefined;
  };
}

/** A text with a form, which people may group with spaces. */
function formed(isRight: (compacted: string) => boolean, words: Texts): Check {
  return (value) => (typeof value === 'string' && isRight(compact(value)) ? undefined : words);
}

function digits(isRight: (compacted: string) => boolean, expected: number): Check {
  return (value) => {
    if (typeof value !== 'string') return WORDS.digits(expected, 0);
    const text = compact(value);
    if (!/^\d+$/.test(text) || text.length !== expected) return WORDS.digits(expected, text.replace(/\D/g, '').length);
    return isRight(text) ? undefined : WORDS.checkDigit;
  };
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const isTime = (text: string) => TIME.test(text);
const isDateTime = (text: string) => text[10] === 'T' && isDay(text.slice(0, 10)) && isTime(text.slice(11));

/** The earliest and latest day are days from today, so `min: 0` is today; that is judged by the server, which has the clock. */
function moment(isRight: (text: string) => boolean, words: Texts): Check {
  return (value) => (typeof value === 'string' && isRight(value) ? undefined : words);
}

function isAmong(value: unknown, { options = [] }: Field): boolean {
  return options.some((option) => option.value === value);
}

const hasMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const GEOMETRIES = { point: 'Point', line: 'LineString', area: 'Polygon' } as const;

const CHECKS: { readonly [kind in Exclude<Field['kind'], 'reading' | 'computed'>]: Check } = {
  text: written(200),
  longText: written(4000),
  number: number(false),
  integer: number(true),
  money: (value, field) =>
    number(false)(value, field) ??
    (Math.abs(Number(value) * 100 - Math.round(Number(value) * 100)) < 1e-6 ? undefined : WORDS.money),
  yesNo: (value) => (typeof value === 'boolean' ? undefined : WORDS.yesNo),
  confirmation: (value, { label }) => (value === true ? undefined : WORDS.missing(label)),
  oneOf: (value, field) => (isAmong(value, field) ? undefined : WORDS.choice),
  severalOf: (value, field) =>
    Array.isArray(value) && new Set(value).size === value.length && value.every((each) => isAmong(each, field))
      ? undefined
      : WORDS.choice,
  date: moment(isDay, WORDS.date),
  time: moment(isTime, WORDS.time),
  dateTime: moment(isDateTime, WORDS.dateTime),
  period: (value, { isTimed }) => {
    const { from, to } = hasMembers(value) ? value : {};
    const isRight = isTimed ? isDateTime : isDay;
    if (typeof from !== 'string' || typeof to !== 'string' || !isRight(from) || !isRight(to)) return WORDS.period;
    return from <= to ? undefined : WORDS.order;
  },
  email: (value) =>
    typeof value === 'string' && value.length <= 200 && /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(value)
      ? undefined
      : WORDS.email,
  phone: (value) => (typeof value === 'string' && /^\+?[\d .()/-]{6,25}$/.test(value) ? undefined : WORDS.phone),
  address: (value) =>
    hasMembers(value) && typeof value.text === 'string' && value.text.trim() !== '' && value.text.length <= 300
      ? undefined
      : WORDS.address,
  commune: (value) => (typeof value === 'string' ? undefined : WORDS.choice),
  place: (value, { geometry = 'point' }) =>
    hasMembers(value) && value.type === GEOMETRIES[geometry] && Array.isArray(value.coordinates)
      ? undefined
      : WORDS.place,
  parcel: formed(isParcel, WORDS.parcel),
  asset: (value) => (typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\S+$/i.test(value) ? undefined : WORDS.asset),
  siren: digits(isSiren, 9),
  siret: digits(isSiret, 14),
  rna: formed(isRna, WORDS.rna),
  luVat: formed(isLuxembourgVat, WORDS.luVat),
  luMatricule: digits(isMatricule, 13),
  rcs: formed(isRcs, WORDS.rcs),
  deVat: formed(isGermanVat, WORDS.deVat),
  iban: formed(isIban, WORDS.iban),
  file: (value, { most = 5 }) =>
    !Array.isArray(value) || value.some((token) => typeof token !== 'string')
      ? WORDS.file
      : value.length > most
        ? WORDS.most(most)
        : undefined,
  signature: (value) => (typeof value === 'string' ? undefined : WORDS.signature),
  repeated: (value, { min, most = 20 }) => {
    if (!Array.isArray(value) || !value.every(hasMembers)) return WORDS.rows;
    if (value.length > most) return WORDS.most(most);
    return min !== undefined && value.length < min ? WORDS.least(min) : undefined;
  },
  booking: (value) => (hasMembers(value) && typeof value.slot === 'string' ? undefined : WORDS.slot),
};

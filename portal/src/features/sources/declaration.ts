import type { SourceKind } from './sources.ts';

/** How a file or an answer is written. GeoJSON is JSON. */
export const FORMATS = ['json', 'csv', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];

/** When a source is read: by hand, each so many minutes, each hour, each day or each Monday at a time. */
export const RHYTHMS = ['hand', 'minutes', 'hour', 'day', 'week'] as const;

/** A column that becomes an attribute. */
export interface AttributeRow {
  readonly field: string;
  readonly name: string;
  /** A UN/CEFACT code; empty: none. */
  readonly unit: string;
  readonly isNumber: boolean;
}

/** The content of the form: texts as typed. */
export interface SourceDraft {
  readonly kind: SourceKind;
  readonly format: Format;
  readonly id: string;
  readonly name: string;
  readonly rhythm: (typeof RHYTHMS)[number];
  readonly everyMin: string;
  /** `06:30` */
  readonly time: string;
  readonly url: string;
  /** The `Authorization` header; empty: none. */
  readonly authorization: string;
  /** JSON pointer to the list, for an API. */
  readonly items: string;
  readonly type: string;
  /** Name of the field that identifies an item. */
  readonly idField: string;
  /** Empty: the time of the request. */
  readonly timeField: string;
  readonly timeFormat: string;
  /** A field with a geometry, or with `longitude,latitude`. */
  readonly placeField: string;
  /** Fields of the position in degrees; empty: no position. */
  readonly longitudeField: string;
  readonly latitudeField: string;
  readonly attributes: readonly AttributeRow[];
  readonly decimal: '.' | ',';
  /** Of a CSV file; empty: UTF-8. */
  readonly encoding: '' | 'windows-1252';
  readonly clientAddress: string;
}

export const EMPTY_DRAFT: SourceDraft = {
  kind: 'http',
  format: 'json',
  id: '',
  name: '',
  rhythm: 'minutes',
  everyMin: '15',
  time: '06:00',
  url: '',
  authorization: '',
  items: '',
  type: '',
  idField: '',
  timeField: '',
  timeFormat: '',
  placeField: '',
  longitudeField: '',
  latitudeField: '',
  attributes: [],
  decimal: '.',
  encoding: '',
  clientAddress: '',
};

const NEEDED = {
  http: ['url', 'type', 'idField', 'attributes'],
  upload: ['type', 'idField', 'attributes'],
  gtfs: ['url'],
  gbfs: ['url'],
  ocpi: ['url'],
  talq: ['url', 'clientAddress'],
} as const satisfies Record<SourceKind, readonly (keyof SourceDraft)[]>;

/** Required members that are missing; the server validates the rest. */
export function missingIn(draft: SourceDraft): (keyof SourceDraft)[] {
  return (['id', 'name', ...NEEDED[draft.kind]] as const).filter((member) => {
    const value = draft[member];
    return typeof value === 'string' ? value.trim() === '' : !value.some(({ name }) => name.trim() !== '');
  });
}

/**
 * The body of `POST /iot/sources`.
 *
 * @param timeZone of the times of the schedule, and of those in the data that have none
 */
export function declarationOf(draft: SourceDraft, timeZone?: string): object {
  const { kind, url, items, clientAddress } = draft;
  const schedule = kind === 'upload' ? undefined : scheduleOf(draft, timeZone);
  const common = { id: draft.id.trim(), name: draft.name.trim(), kind, ...(schedule && { schedule }) };
  const from = { url: url.trim(), ...authorizationOf(draft) };
  if (kind === 'gtfs' || kind === 'gbfs' || kind === 'ocpi') return { ...common, from };
  if (kind === 'talq') return { ...common, from: { ...from, clientAddress: clientAddress.trim() } };
  return {
    ...common,
    ...(kind === 'http' && { from }),
    ...(draft.format === 'json' && items.trim() !== '' && { items: items.trim() }),
    ...tableOf(draft),
    ...mappingOf(draft, timeZone),
  };
}

/** How a file is read of which nothing but its format is known yet. */
export function unmapped({ format, encoding, items }: SourceDraft): object {
  if (format === 'csv') return { csv: { ...(encoding !== '' && { encoding }) } };
  if (format === 'xlsx') return { xlsx: {} };
  return items.trim() === '' ? {} : { items: items.trim() };
}

export function authorizationOf({ authorization }: SourceDraft): object {
  return authorization.trim() === '' ? {} : { secretHeaders: { Authorization: authorization.trim() } };
}

function scheduleOf({ rhythm, everyMin, time }: SourceDraft, timeZone: string | undefined): object | undefined {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const zone = timeZone === undefined ? {} : { timeZone };
  switch (rhythm) {
    case 'hand':
      return undefined;
    case 'minutes':
      return { everyS: Number(everyMin.replace(',', '.')) * 60 };
    case 'hour':
      return { everyS: 3600 };
    case 'day':
      return { cron: `${minute} ${hour} * * *`, ...zone };
    case 'week':
      return { cron: `${minute} ${hour} * * 1`, ...zone };
  }
}

function mappingOf(draft: SourceDraft, timeZone: string | undefined): object {
  const { type, idField, timeField, timeFormat, attributes, format } = draft;
  const value = (field: string) => fieldOf(field, format !== 'json');
  const times = {
    ...(timeFormat.trim() !== '' && { format: timeFormat.trim() }),
    ...(timeZone !== undefined && { timeZone }),
  };
  return {
    ...(timeField.trim() === '' ? {} : { observedAt: { value: value(timeField), ...times } }),
    entities: [
      {
        type: type.trim(),
        id: `'urn:ngsi-ld:${type.trim()}:' + ${value(idField)}`,
        attributes: [
          ...attributes
            .filter(({ name }) => name.trim() !== '')
            .map(({ name, field, unit }) => ({
              name: name.trim(),
              value: value(field),
              ...(unit !== '' && { unitCode: unit }),
            })),
          ...placeOf(draft, value),
        ],
      },
    ],
  };
}

function placeOf({ placeField, longitudeField, latitudeField }: SourceDraft, value: (field: string) => string) {
  const place = { name: 'location', type: 'GeoProperty' };
  if (placeField.trim() !== '') return [{ ...place, value: value(placeField) }];
  if (longitudeField.trim() === '' || latitudeField.trim() === '') return [];
  return [{ ...place, value: `[${value(longitudeField)}, ${value(latitudeField)}]` }];
}

/** Cells of a table are read as numbers where they are; otherwise CSV has only texts. */
function tableOf({ format, decimal, encoding, attributes, longitudeField, latitudeField }: SourceDraft): object {
  if (format === 'json') return {};
  const numbers = attributes.filter(({ isNumber }) => isNumber).map(({ field }) => field);
  const places = [longitudeField, latitudeField].map((field) => field.trim()).filter(Boolean);
  const columns = Object.fromEntries([...numbers, ...places].map((field) => [field, { type: 'number' }]));
  if (format === 'xlsx') return { xlsx: { columns } };
  return { csv: { decimal, ...(encoding !== '' && { encoding }), columns } };
}

/** An expression: the name of a field, or a written expression. @param isFlat a dot is part of the name */
function fieldOf(text: string, isFlat: boolean): string {
  const field = text.trim();
  if (/^data\b/.test(field)) return field;
  const isPath = isFlat ? /^[\p{L}_][\p{L}\p{N}_]*$/u : /^[\p{L}_][\p{L}\p{N}_.]*$/u;
  return isPath.test(field) ? `data.${field}` : `data[${JSON.stringify(field)}]`;
}

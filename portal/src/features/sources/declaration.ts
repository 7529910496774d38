import type { SourceKind } from './sources.ts';

/** The content of the form: texts as typed. */
export interface SourceDraft {
  readonly kind: SourceKind;
  readonly id: string;
  readonly name: string;
  /** Minutes; empty: it runs only on request. */
  readonly everyMin: string;
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
  /** Fields of the position in degrees; empty: no position. */
  readonly longitudeField: string;
  readonly latitudeField: string;
  /** One per line: `attribute = field`; for CSV `attribute = column : text` for values that are not numbers. */
  readonly attributes: string;
  readonly decimal: '.' | ',';
  readonly clientAddress: string;
}

export const EMPTY_DRAFT: SourceDraft = {
  kind: 'http',
  id: '',
  name: '',
  everyMin: '15',
  url: '',
  authorization: '',
  items: '',
  type: '',
  idField: '',
  timeField: '',
  timeFormat: '',
  longitudeField: '',
  latitudeField: '',
  attributes: '',
  decimal: '.',
  clientAddress: '',
};

const NEEDED = {
  http: ['url', 'type', 'idField', 'attributes'],
  upload: ['type', 'idField', 'attributes'],
  gtfs: ['url'],
  talq: ['url', 'clientAddress'],
} as const satisfies Record<SourceKind, readonly (keyof SourceDraft)[]>;

/** Required members that are missing; the server validates the rest. */
export function missingIn(draft: SourceDraft): (keyof SourceDraft)[] {
  return (['id', 'name', ...NEEDED[draft.kind]] as const).filter((member) => draft[member].trim() === '');
}

/** The body of `POST /iot/sources`. */
export function declarationOf(draft: SourceDraft): object {
  const { kind, url, authorization, everyMin } = draft;
  const minutes = Number(everyMin.replace(',', '.'));
  const common = {
    id: draft.id.trim(),
    name: draft.name.trim(),
    kind,
    ...(everyMin.trim() === '' || kind === 'upload' ? {} : { schedule: { everyS: minutes * 60 } }),
  };
  const from = {
    url: url.trim(),
    ...(authorization.trim() === '' ? {} : { secretHeaders: { Authorization: authorization.trim() } }),
  };
  if (kind === 'gtfs') return { ...common, from };
  if (kind === 'talq') return { ...common, from: { ...from, clientAddress: draft.clientAddress.trim() } };
  const mapped = { ...common, ...mappingOf(draft) };
  if (kind === 'http') return { ...mapped, from, ...(draft.items.trim() === '' ? {} : { items: draft.items.trim() }) };
  return { ...mapped, csv: csvOf(draft) };
}

function mappingOf(draft: SourceDraft): object {
  const { type, idField, timeField, timeFormat, attributes } = draft;
  const format = timeFormat.trim() === '' ? {} : { format: timeFormat.trim() };
  return {
    ...(timeField.trim() === '' ? {} : { observedAt: { value: fieldOf(timeField), ...format } }),
    entities: [
      {
        type: type.trim(),
        id: `'urn:ngsi-ld:${type.trim()}:' + ${fieldOf(idField)}`,
        attributes: [
          ...pairs(attributes).map(({ name, field }) => ({ name, value: fieldOf(field) })),
          ...placeOf(draft),
        ],
      },
    ],
  };
}

function placeOf({ longitudeField, latitudeField }: SourceDraft): object[] {
  if (longitudeField.trim() === '' || latitudeField.trim() === '') return [];
  const value = `[${fieldOf(longitudeField)}, ${fieldOf(latitudeField)}]`;
  return [{ name: 'location', type: 'GeoProperty', value }];
}

/** A CSV file contains only text: a value is parsed as a number unless its line ends in `: text`. */
function csvOf(draft: SourceDraft): object {
  const { decimal, attributes } = draft;
  const numbers = pairs(attributes).flatMap(({ field, isText }) => (isText ? [] : [field]));
  const places = [draft.longitudeField, draft.latitudeField].map((field) => field.trim()).filter(Boolean);
  return { decimal, columns: Object.fromEntries([...numbers, ...places].map((field) => [field, { type: 'number' }])) };
}

function pairs(lines: string): { name: string; field: string; isText: boolean }[] {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const isText = /:\s*text\s*$/.test(line);
      const [name = '', field = name] = line
        .replace(/:\s*text\s*$/, '')
        .split('=')
        .map((part) => part.trim());
      return { name, field, isText };
    });
}

/** An expression: the name of a field, or a written expression. */
function fieldOf(text: string): string {
  const field = text.trim();
  if (/^data\b/.test(field)) return field;
  return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(field) ? `data.${field}` : `data[${JSON.stringify(field)}]`;
}

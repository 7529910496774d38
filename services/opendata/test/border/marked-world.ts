import { type Draw, drawer } from '../../../../broker/test/access/random-world.ts';

/*
 * Entities in which every value has a mark, and datasets of them, generated from a seed. For each mark it is known
 * whether a published dataset allows it; any other mark in an answer is a leak.
 */

const ATTRIBUTES = ['name', 'description', 'category', 'address', 'refOwner', 'label', 'powerRating', 'dose'] as const;
type Attribute = (typeof ATTRIBUTES)[number];
const MEMBERS = ['streetAddress', 'note'] as const;
const COMMUNES = ['villerupt', 'thil', 'redange'] as const;
const STATES = ['published', 'published', 'published', 'draft', 'withdrawn', 'changed'] as const;
const CONTENTS = ['current', 'current', 'history', 'grid'] as const;
const TYPES = 3;
const ENTITIES = 6;
const MINUTE = 60_000;

/** The formats of marks: in texts, as numbers, and as longitudes. */
const MARKS = [/mk[0-9a-f]{10}q/g, /40417\d{4}\.25/g, /5\.93\d{4}7(?!\d)/g] as const;

/** The marks in a text. */
export function marksIn(text: string): string[] {
  return MARKS.flatMap((pattern) => text.match(pattern) ?? []);
}

interface Mark {
  readonly text: string;
  readonly type: string;
  readonly commune: string;
  readonly attribute: string;
  readonly member?: string;
  /** Whether another value has replaced it. */
  readonly isPast?: boolean;
  /** Whether no column can show it: other instances, sub-attributes. */
  readonly isHidden?: boolean;
}

export interface MarkedDataset {
  readonly id: string;
  readonly state: (typeof STATES)[number];
  readonly definition: Definition;
  /** Only for a dataset that is changed after its publication: a definition that allows less. */
  readonly narrowed?: Definition;
}

interface Definition {
  readonly source: {
    readonly types: readonly string[];
    readonly communes?: readonly string[];
    readonly content: { readonly kind: (typeof CONTENTS)[number]; readonly days?: number };
  };
  readonly columns: readonly {
    readonly name: string;
    readonly attribute: Attribute;
    readonly path?: string;
    readonly kind: 'text' | 'number';
    readonly title: { readonly fr: string };
  }[];
  readonly geometry: boolean;
  readonly [metadata: string]: unknown;
}

export type MarkedWorld = ReturnType<typeof markedWorld>;

/** @param run keeps the types and datasets of runs apart */
export function markedWorld(seed: number, run: string) {
  const draw = drawer(seed);
  const marks: Mark[] = [];
  let count = 0;
  const mark = (of: Omit<Mark, 'text'>): string => {
    count += 1;
    const text = `mk${(seed * 100_000 + count).toString(16).padStart(10, '0')}q`;
    marks.push({ ...of, text });
    return text;
  };
  const numbered = (of: Omit<Mark, 'text'>): number => {
    count += 1;
    const text = `40417${String((seed * 499 + count) % 10_000).padStart(4, '0')}.25`;
    marks.push({ ...of, text });
    return Number(text);
  };
  const types = Array.from({ length: TYPES }, (_, n) => `Border${run}${n}`);
  const now = Date.now();
  const at = (minutesAgo: number) => new Date(now - minutesAgo * MINUTE).toISOString();
  const entities = types.flatMap((type) =>
    Array.from({ length: ENTITIES }, (_, n) => {
      const commune = draw.of(COMMUNES);
      const of = (attribute: string, more: Partial<Mark> = {}) => ({ type, commune, attribute, ...more });
      // Seven decimals, the precision of features.
      const longitude = `5.93${String(marks.length).padStart(4, '0')}7`;
      marks.push({ ...of('location'), text: longitude });
      const turn = (isPast: boolean) => valuesOf(draw, of, mark, numbered, isPast, at(isPast ? 90 : 30));
      const fixed = {
        id: `urn:ngsi-ld:${type}:${n}`,
        type,
        scope: `/${commune[0]?.toUpperCase()}${commune.slice(1)}`,
        location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [Number(longitude), 49.47] } },
      };
      return { before: { ...fixed, ...turn(true) }, after: { ...fixed, ...turn(false) } };
    }),
  );
  const datasets = Array.from({ length: STATES.length + 2 }, (_, n) => dataset(draw, types, `${run}-${n}`, n));
  const openBy = (some: readonly MarkedDataset[]) =>
    new Set(marks.filter((found) => some.some((each) => allows(each, found))).map(({ text }) => text));
  return {
    types,
    before: entities.map(({ before }) => before),
    after: entities.map(({ after }) => after),
    datasets,
    marks: marks.map(({ text }) => text),
    /** The marks that a published dataset allows. */
    open: openBy(datasets),
    openBy,
    /** The marks of the present values of an attribute, in all its instances. */
    present: (type: string, attribute: string) =>
      new Set(marks.filter((each) => isOf(each, type, attribute)).map(({ text }) => text)),
  };
}

type Of = (attribute: string, more?: Partial<Mark>) => Omit<Mark, 'text'>;

function valuesOf(
  draw: Draw,
  of: Of,
  mark: (of: Omit<Mark, 'text'>) => string,
  numbered: (of: Omit<Mark, 'text'>) => number,
  isPast: boolean,
  observedAt: string,
) {
  const hidden = (attribute: string) => of(attribute, { isHidden: true });
  const values: { [attribute in Attribute]: object } = {
    name: { type: 'Property', value: mark(of('name', { isPast })), observedAt },
    description: {
      type: 'Property',
      value: mark(of('description', { isPast })),
      observedAt,
      note: { type: 'Property', value: mark(hidden('description')) },
    },
    category: {
      type: 'Property',
      value: [mark(of('category', { isPast })), mark(of('category', { isPast }))],
      observedAt,
    },
    address: {
      type: 'Property',
      value: {
        streetAddress: mark(of('address', { isPast, member: 'streetAddress' })),
        note: mark(of('address', { isPast, member: 'note' })),
      },
      observedAt,
    },
    refOwner: { type: 'Relationship', object: `urn:ngsi-ld:Person:${mark(of('refOwner', { isPast }))}`, observedAt },
    label: {
      type: 'LanguageProperty',
      languageMap: { fr: mark(of('label', { isPast })), en: mark(hidden('label')) },
      observedAt,
    },
    powerRating: { type: 'Property', value: numbered(of('powerRating', { isPast })), unitCode: 'WTT', observedAt },
    dose: { type: 'Property', value: numbered(of('dose', { isPast })), observedAt },
  };
  // A second instance has another datasetId, which no column shows.
  return {
    ...values,
    ...(draw.chance(0.5) && {
      name: [values.name, { type: 'Property', value: mark(hidden('name')), datasetId: 'urn:ngsi-ld:Dataset:other' }],
    }),
  };
}

function dataset(draw: Draw, types: readonly string[], id: string, n: number): MarkedDataset {
  const state = STATES[n % STATES.length] as MarkedDataset['state'];
  const kind = draw.of(CONTENTS);
  const columns = draw.some(ATTRIBUTES).map((attribute, place) => ({
    name: `c${place}`,
    attribute,
    ...(attribute === 'address' && { path: draw.of(MEMBERS) }),
    kind: attribute === 'powerRating' || attribute === 'dose' ? ('number' as const) : ('text' as const),
    title: { fr: `Colonne ${place}` },
  }));
  const text = columns.filter(({ attribute, kind }) => kind === 'text' && attribute !== 'address').slice(0, 1);
  const isGrid = kind === 'grid';
  const definition: Definition = {
    title: { fr: `Jeu ${id}` },
    description: {
      fr: 'Des valeurs marquées, dont on sait lesquelles peuvent sortir et lesquelles ne le peuvent pas.',
    },
    keywords: ['bordure'],
    theme: 'ENER',
    contact: { name: 'Données', email: 'donnees@example.org' },
    source: {
      types: draw.some(types),
      ...(draw.chance(0.4) && { communes: draw.some(COMMUNES) }),
      content: kind === 'history' ? { kind, days: 1 } : { kind },
    },
    columns: isGrid ? text : columns,
    geometry: isGrid || draw.chance(0.5),
    frequency: isGrid ? 'monthly' : 'daily',
  };
  if (state !== 'changed') return { id, state, definition };
  const wide: Definition = { ...definition, source: { ...definition.source, types, content: { kind: 'current' } } };
  const all = {
    ...wide,
    geometry: true,
    columns: [...columns, { ...column('zz', 'description'), kind: 'text' as const }],
  };
  return { id, state, definition: all, narrowed: { ...wide, geometry: false, columns: [column('zz', 'name')] } };
}

function column(name: string, attribute: Attribute) {
  return { name, attribute, kind: 'text' as const, title: { fr: name } };
}

function isOf(mark: Mark, type: string, attribute: string): boolean {
  return mark.type === type && mark.attribute === attribute && mark.isPast !== true;
}

function allows({ state, definition, narrowed }: MarkedDataset, mark: Mark): boolean {
  if (state === 'draft' || state === 'withdrawn') return false;
  const { source, columns, geometry } = narrowed ?? definition;
  // Fewer than five entities share a value, so a grid does not show it.
  if (source.content.kind === 'grid' || mark.isHidden) return false;
  if (!source.types.includes(mark.type) || (source.communes && !source.communes.includes(mark.commune))) return false;
  if (mark.attribute === 'location') return geometry;
  if (mark.isPast && source.content.kind !== 'history') return false;
  return columns.some(({ attribute, path }) => attribute === mark.attribute && path === mark.member);
}

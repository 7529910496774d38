import { object } from '@alzette/kit/bodies';
import type { Texts } from '../ports.ts';

/** Who is responsible for a category. Communes and the community are ours; for others, a contact is shown. */
const COMPETENCES = ['community', 'commune', 'department', 'state', 'operator'] as const;
type Competence = (typeof COMPETENCES)[number];

/** A category of reports. */
export interface Category {
  readonly code: string;
  readonly name: Texts;
  readonly description: Texts;
  /** The title of the group in which categories are shown. */
  readonly group: Texts;
  /** A name in Material Design Icons, e.g. `lightbulb-off`. */
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly competence: Competence;
  /** The contact, if others are responsible. */
  readonly contact?: { readonly name: string; readonly phone?: string; readonly url?: string };
  /** The organisation that new reports are assigned to. */
  readonly organisation?: string;
  /** The promised time for closing it, in days. */
  readonly promisedDays: number;
  /** The distance in metres within which another report of the category may be a duplicate. */
  readonly duplicateRadius: number;
  /** The entity types that it may be about. */
  readonly assetTypes: readonly string[];
  /** Additional questions (Open311's service definition). */
  readonly questions: readonly Question[];
  readonly isActive: boolean;
}

const DATATYPES = ['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist'] as const;

export interface Question {
  readonly code: string;
  readonly datatype: (typeof DATATYPES)[number];
  readonly isRequired: boolean;
  readonly description: Texts;
  /** Only for a list. */
  readonly values?: readonly { readonly key: string; readonly name: Texts }[];
}

export function isOurs({ competence }: Category): boolean {
  return competence === 'community' || competence === 'commune';
}

export type Language = 'fr' | 'en' | 'de' | 'lb';
export const LANGUAGES: readonly Language[] = ['fr', 'en', 'de', 'lb'];

/** The text in a language, or else in French. */
export function inLanguage(texts: Texts, language: Language): string {
  return texts[language] ?? texts.fr;
}

const SENTENCE = { type: 'string', minLength: 1, maxLength: 500 };
export const TEXTS = object({ fr: SENTENCE, en: SENTENCE, de: SENTENCE, lb: SENTENCE }, ['fr']);
const CODE = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' };
const SHORT = { type: 'string', minLength: 1, maxLength: 100 };

export const CATEGORY_SCHEMA = object(
  {
    name: TEXTS,
    description: TEXTS,
    group: TEXTS,
    icon: { type: 'string', pattern: '^[a-z0-9-]{1,60}$' },
    keywords: { type: 'array', items: SHORT, maxItems: 20 },
    competence: { enum: COMPETENCES },
    contact: object({ name: SHORT, phone: SHORT, url: { type: 'string', format: 'uri', maxLength: 300 } }, ['name']),
    organisation: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' },
    promisedDays: { type: 'integer', minimum: 1, maximum: 365 },
    duplicateRadius: { type: 'integer', minimum: 0, maximum: 1000 },
    assetTypes: { type: 'array', items: SHORT, maxItems: 10 },
    questions: {
      type: 'array',
      maxItems: 20,
      items: object(
        {
          code: CODE,
          datatype: { enum: DATATYPES },
          isRequired: { type: 'boolean' },
          description: TEXTS,
          values: { type: 'array', maxItems: 50, items: object({ key: CODE, name: TEXTS }, ['key', 'name']) },
        },
        ['code', 'datatype', 'isRequired', 'description'],
      ),
    },
    isActive: { type: 'boolean' },
  },
  ['name', 'description', 'group', 'icon', 'competence', 'promisedDays', 'duplicateRadius'],
);

/** Defaults of optional members. */
export const CATEGORY_DEFAULTS = { keywords: [], assetTypes: [], questions: [], isActive: true } as const;

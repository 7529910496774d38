import { object } from '@alzette/kit/bodies';
import type { Texts } from '../ports.ts';

/** Whose task a category is. The communes and the community are ours; others are named, with whom to ask. */
const COMPETENCES = ['community', 'commune', 'department', 'state', 'operator'] as const;
type Competence = (typeof COMPETENCES)[number];

/** What can be reported. */
export interface Category {
  readonly code: string;
  readonly name: Texts;
  readonly description: Texts;
  /** What categories are shown together. */
  readonly group: Texts;
  /** Of Material Design Icons, e.g. `lightbulb-off`. */
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly competence: Competence;
  /** Where it is not ours: whom to ask. */
  readonly contact?: { readonly name: string; readonly phone?: string; readonly url?: string };
  /** The organisation that a new report goes to. */
  readonly organisation?: string;
  /** Days until it is to be closed. */
  readonly promisedDays: number;
  /** How near another report of the category may be the same, in metres. */
  readonly duplicateRadius: number;
  /** Types of the entities that it may be about. */
  readonly assetTypes: readonly string[];
  /** What else is asked (Open311's service definition). */
  readonly questions: readonly Question[];
  readonly isActive: boolean;
}

const DATATYPES = ['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist'] as const;

export interface Question {
  readonly code: string;
  readonly datatype: (typeof DATATYPES)[number];
  readonly isRequired: boolean;
  readonly description: Texts;
  /** Of a list. */
  readonly values?: readonly { readonly key: string; readonly name: Texts }[];
}

export function isOurs({ competence }: Category): boolean {
  return competence === 'community' || competence === 'commune';
}

export type Language = 'fr' | 'en' | 'de' | 'lb';
export const LANGUAGES: readonly Language[] = ['fr', 'en', 'de', 'lb'];

/** A text in a language, or else in French. */
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

/** What a body may leave out. */
export const CATEGORY_DEFAULTS = { keywords: [], assetTypes: [], questions: [], isActive: true } as const;

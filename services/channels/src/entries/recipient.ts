import { bodyReader, ID, object, TEXT } from '@alzette/kit/bodies';
import { LANGUAGES, type Language } from '@alzette/kit/languages';
import { SEVERITIES } from '../notice.ts';
import type { Wishes } from '../wishes/when.ts';

/** A person who receives notices. These personal data are only in this service. */
export interface Recipient extends Wishes {
  readonly name: string;
  /** Default `fr`. */
  readonly language?: Language;
  readonly email?: string;
  /** E.164, e.g. +33612345678. */
  readonly phone?: string;
  /** The account of this person, by the subject of its tokens. */
  readonly subject?: string;
}

const TIME = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' };
const SEVERITY = { enum: SEVERITIES };
export const readRecipient = bodyReader<Recipient>(
  object(
    {
      name: TEXT,
      language: { enum: LANGUAGES },
      email: { type: 'string', format: 'email', maxLength: 254 },
      phone: { type: 'string', pattern: '^\\+[1-9]\\d{6,14}$' },
      subject: { type: 'string', minLength: 1, maxLength: 200 },
      quiet: object({ from: TIME, to: TIME, except: SEVERITY }, ['from', 'to']),
      digest: object(
        { below: SEVERITY, at: { type: 'array', items: TIME, minItems: 1, maxItems: 24, uniqueItems: true } },
        ['below', 'at'],
      ),
      mostAnHour: { type: 'integer', minimum: 1, maximum: 1000 },
    },
    ['name'],
  ),
);

export interface Group {
  readonly title: string;
  /** `recipient:…` and `roster:…`. */
  readonly members: readonly string[];
}

export const readGroup = bodyReader<Group>(
  object(
    {
      title: TEXT,
      members: {
        type: 'array',
        items: { type: 'string', pattern: `^(recipient|roster):${String(ID.pattern).slice(1)}` },
        maxItems: 200,
        uniqueItems: true,
      },
    },
    ['title', 'members'],
  ),
);

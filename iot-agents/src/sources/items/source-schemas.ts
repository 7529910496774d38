import { ENTITIES } from '../../devices/profile-schema.ts';
import { RegistryError } from '../../frames/registry-error.ts';
import { isTimeZone } from './times.ts';

/** Parts of the JSON Schemas of sources. */
export const URL_TEXT = { type: 'string', pattern: '^https?://[^\\s]+$', maxLength: 2048 } as const;
export const TEXT = { type: 'string', minLength: 1, maxLength: 1024 } as const;
export const TEXTS = { type: 'object', additionalProperties: { type: 'string', maxLength: 8192 } } as const;
/** Where a source reads by HTTP. */
export const FROM_URL = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: { url: URL_TEXT, headers: TEXTS, secretHeaders: TEXTS, secretParameters: TEXTS },
} as const;
/** West, south, east, north. */
export const BOX = { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 } as const;
const EXPRESSION = { type: 'string', minLength: 1, maxLength: 2000 } as const;

/** How items become entities. */
export const MAPPING = {
  key: EXPRESSION,
  observedAt: {
    type: 'object',
    required: ['value'],
    additionalProperties: false,
    properties: { value: EXPRESSION, format: TEXT, timeZone: TEXT },
  },
  entities: { ...ENTITIES, minItems: 1 },
} as const;

/** @throws RegistryError WRONG_SYNTAX */
export function checkZone(member: string, timeZone: string): void {
  if (!isTimeZone(timeZone)) throw wrongMember(member, timeZone, 'a zone of IANA such as Europe/Paris');
}

export function wrongMember(member: string, got: unknown, expected: string): RegistryError {
  const shown = JSON.stringify(got)?.slice(0, 200) ?? 'missing';
  return new RegistryError('WRONG_SYNTAX', `${member} is ${shown}, expected ${expected}`);
}

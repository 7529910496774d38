import { object } from '@alzette/kit/bodies';
import { LANGUAGES, type Language } from '../categories/category.ts';
import type { ReportParts } from '../parts.ts';
import type { Position } from '../report/place.ts';
import type { Contact } from '../store/author-rows.ts';
import { notYours } from '../store/claim-photos.ts';
import { type Keyed, photoOfToken } from '../store/keyed.ts';

/** A new report, from any source. */
export interface NewReport {
  readonly category: string;
  readonly position: Position;
  readonly text?: string | undefined;
  readonly address?: string | undefined;
  readonly asset?: string | undefined;
  /** Ids of files that belong to nobody yet. */
  readonly photos: readonly string[];
  readonly answers: Answers;
  readonly contact: Contact;
  readonly language: Language;
  /** A random id that the app stores. */
  readonly device?: string | undefined;
}

export type Answers = { readonly [code: string]: string | readonly string[] };

const MAX_PHOTOS = 5;
export const MAX_TEXT = 2000;
const LINE = { type: 'string', minLength: 1, maxLength: 200 };
const ANSWER = { type: 'string', maxLength: 500 };

export const CONTACT_EMAIL = { type: 'string', format: 'email', maxLength: 200 };
export const CONTACT = object({
  name: LINE,
  email: CONTACT_EMAIL,
  phone: { type: 'string', pattern: '^\\+?[\\d .()-]{6,25}$' },
});
export const PROOF = object(
  { challenge: { type: 'string', maxLength: 200 }, nonce: { type: 'string', maxLength: 50 } },
  ['challenge', 'nonce'],
);
export const PHOTO_TOKENS = {
  type: 'array',
  items: { type: 'string', pattern: '^[0-9a-f]{32}\\.[A-Za-z0-9_-]{43}$' },
  maxItems: MAX_PHOTOS,
  uniqueItems: true,
};
export const DEVICE = { type: 'string', pattern: '^[A-Za-z0-9_-]{16,64}$' };
const LATITUDE = { type: 'number', minimum: -90, maximum: 90 };
const LONGITUDE = { type: 'number', minimum: -180, maximum: 180 };

export const LOCATION = object({ lat: LATITUDE, lon: LONGITUDE }, ['lat', 'lon']);

/** The body of a report from the app. */
export interface ReportBody {
  readonly category: string;
  readonly location: { readonly lat: number; readonly lon: number };
  readonly description?: string;
  readonly address?: string;
  readonly asset?: string;
  /** The tokens of uploaded photos. */
  readonly photos?: readonly string[];
  readonly attributes?: Answers;
  readonly contact?: Contact;
  readonly device?: string;
  readonly language?: Language;
  readonly proof?: { readonly challenge: string; readonly nonce: string };
}

export const REPORT_BODY = object(
  {
    category: { type: 'string', maxLength: 40 },
    location: LOCATION,
    description: { type: 'string', maxLength: MAX_TEXT },
    address: LINE,
    asset: { type: 'string', format: 'uri', maxLength: 300 },
    photos: PHOTO_TOKENS,
    attributes: {
      type: 'object',
      maxProperties: 20,
      additionalProperties: { anyOf: [ANSWER, { type: 'array', items: ANSWER, maxItems: 20 }] },
    },
    contact: CONTACT,
    device: DEVICE,
    language: { enum: LANGUAGES },
    proof: PROOF,
  },
  ['category', 'location'],
);

/** @throws Problem 400: the token of a photo is not the one that its uploader got */
export function newReportOf({ keyed }: Pick<ReportParts, 'keyed'>, tenant: string, body: ReportBody): NewReport {
  const {
    category,
    location,
    description,
    address,
    asset,
    photos = [],
    attributes = {},
    contact = {},
    language = 'fr',
    device,
  } = body;
  return {
    category,
    position: [location.lon, location.lat],
    text: description,
    address,
    asset,
    photos: photos.map((token) => photoFileOf(keyed, tenant, token)),
    answers: attributes,
    contact,
    language,
    device,
  };
}

/** The id of an uploaded photo. @throws Problem 400: the token is not the one that its uploader got */
export function photoFileOf(keyed: Keyed, tenant: string, token: string): string {
  const id = photoOfToken(keyed, tenant, token);
  if (id === undefined) throw notYours(token);
  return id;
}

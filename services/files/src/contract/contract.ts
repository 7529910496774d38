import { contract, media, object, oneOf, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { FILES } from './paths.ts';

/** The maximum size of an upload; photos of good phones have 5 to 12 MB. */
export const MAX_UPLOAD_BYTES = 20 * 1024 * 1024;
/** Image formats, best first. */
export const IMAGE_FORMATS = ['avif', 'webp', 'jpeg'] as const;
const VISIBILITIES = ['public', 'private'] as const;

const Owner = object(
  {
    kind: Type.String({ description: 'E.g. `report`, `entity`' }),
    id: Type.Optional(Type.String({ description: 'Absent: nothing has claimed it yet' })),
  },
  'What a file belongs to',
);
const StoredFile = object({
  id: Type.String(),
  owner: Owner,
  kind: Type.Enum(['image', 'pdf']),
  visibility: Type.Enum(VISIBILITIES),
  name: Type.String(),
  bytes: Type.Integer({ description: 'Of the largest stored form' }),
  width: Type.Optional(Type.Integer({ description: 'Pixels, of images' })),
  height: Type.Optional(Type.Integer()),
  createdAt: Type.String({ format: 'date-time' }),
});
const Added = object({ ...StoredFile.properties, url: Type.String() });

const PARAMS = { id: text({ max: 32, pattern: /^[0-9a-f]{32}$/, expected: 'an id of 32 hexadecimal digits' }) };

/** Photos and documents. */
export const fileContract = contract(FILES, {
  add: {
    access: 'write',
    summary: 'Stores an image or a PDF of an entity, sent as the body; once per Idempotency-Key',
    query: {
      entity: text({
        max: 300,
        pattern: /^\w+:\S+$/,
        expected: 'the id of the entity that it belongs to',
        required: true,
      }),
      visibility: oneOf(VISIBILITIES, { default: 'private' }),
      name: text({ max: 100 }),
    },
    body: media('application/octet-stream', 'application/pdf', 'image/jpeg', 'image/png', 'image/webp'),
    bodyLimit: MAX_UPLOAD_BYTES,
    answers: { 200: Added, 201: Added },
  },
  show: {
    access: 'nothing',
    anyTenant: true,
    summary: 'An image in the best format for the browser, or a PDF; private ones need a signed link',
    params: PARAMS,
    query: {
      tenant: text({ max: 64 }),
      width: oneOf(['320', '960', '1600'], { default: '960' }),
      format: oneOf(IMAGE_FORMATS),
      expires: wholeNumber({ min: 0, max: 1e11 }),
      signature: text({ max: 64 }),
    },
    answers: { 200: media('image/avif', 'image/webp', 'image/jpeg', 'application/pdf') },
  },
  remove: {
    access: 'write',
    summary: 'Deletes a file of an entity',
    params: PARAMS,
    answers: { 204: null },
  },
});

export type FileContract = typeof fileContract;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];
export type FileOwner = Value<typeof Owner>;
export type StoredFile = Value<typeof StoredFile>;

import { object, Type, wholeNumber } from '@alzette/kit/contract';

export const Instant = Type.String({ format: 'date-time' });
export const TextOrNull = Type.Union([Type.String(), Type.Null()]);
export const PAGE = {
  limit: wholeNumber({ min: 0, max: 1000, default: 100 }),
  offset: wholeNumber({ min: 0, max: 999_999_999, default: 0 }),
};
export const Count = Type.Integer({ minimum: 0 });
/** A frame as it was received. */
export const Frame = object({ receivedAt: Instant, topic: Type.String(), body: Type.String() });

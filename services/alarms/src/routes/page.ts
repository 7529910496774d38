import { wholeNumber } from '@alzette/kit/parameters';

/** Query parameters for one page of a list. */
export const PAGE = {
  limit: wholeNumber({ min: 1, max: 500, default: 50 }),
  offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
} as const;

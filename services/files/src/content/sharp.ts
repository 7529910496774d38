import type Sharp from 'sharp';

let loaded: Promise<typeof Sharp> | undefined;

/** The library for images, which takes some ten MiB. Most processes never see an image, so it is loaded for the first. */
export function loadSharp(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => configured(sharp));
  return loaded;
}

function configured(sharp: typeof Sharp): typeof Sharp {
  // An image uses one core; `slots.ts` limits the number of concurrent images.
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpeg',
      'VipsForeignLoadPng',
      'VipsForeignLoadWebp',
      'VipsForeignLoadHeif',
      'VipsForeignLoadNsgif',
      'VipsForeignLoadTiff',
    ],
  });
  return sharp;
}

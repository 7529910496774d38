import type { Page, Request } from '@playwright/test';

/*
 * EcoIndex (https://www.ecoindex.fr): from 0 to 100 by elements, requests and bytes of a page, compared with half a
 * million pages of the HTTP Archive. The tables are its quantiles, in steps of 5 %.
 */
const ELEMENTS = [
  0, 47, 75, 159, 233, 298, 358, 417, 476, 537, 603, 674, 753, 843, 949, 1076, 1237, 1459, 1801, 2479, 594601,
];
const REQUESTS = [0, 2, 15, 25, 34, 42, 49, 56, 63, 70, 78, 86, 95, 105, 117, 130, 147, 170, 205, 281, 3920];
const KILOBYTES = [
  0, 1.37, 144.7, 319.53, 479.46, 631.97, 783.38, 937.91, 1098.62, 1265.47, 1448.32, 1648.27, 1876.08, 2142.06, 2465.37,
  2866.31, 3401.59, 4155.73, 5400.08, 8037.54, 223212.26,
];
/** From 70 on a page has the grade B, from 80 on A. */
export const ECO_INDEX_B = 70;
// Strings, because they run in the browser. A drawing counts as one element.
const COUNT = `document.querySelectorAll('*').length - document.querySelectorAll('svg *').length`;

interface EcoIndex {
  readonly score: number;
  readonly elements: number;
  readonly requests: number;
  readonly bytes: number;
}

/** Counts the requests of a page from now on. The result gives its EcoIndex so far. */
export function watchEcoIndex(page: Page): () => Promise<EcoIndex> {
  const finished: Request[] = [];
  page.on('requestfinished', (request) => finished.push(request));
  return async () => {
    const sizes = await Promise.all(finished.map((request) => request.sizes()));
    const bytes = sizes.reduce((sum, each) => sum + each.responseBodySize + each.responseHeadersSize, 0);
    const elements = Number(await page.evaluate(COUNT));
    const [ofElements, ofRequests, ofBytes] = [
      rank(ELEMENTS, elements),
      rank(REQUESTS, finished.length),
      rank(KILOBYTES, bytes / 1024),
    ];
    const score = 100 - (5 * (3 * ofElements + 2 * ofRequests + ofBytes)) / 6;
    return { score, elements, requests: finished.length, bytes };
  };
}

/** The position of a value among quantiles, from 0 to 20. */
function rank(quantiles: readonly number[], value: number): number {
  const next = quantiles.findIndex((quantile) => value < quantile);
  if (next < 1) return quantiles.length - 1;
  const [from, to] = [quantiles[next - 1] as number, quantiles[next] as number];
  return next - 1 + (value - from) / (to - from);
}

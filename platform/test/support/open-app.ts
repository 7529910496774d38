import type { Browser, BrowserContext, Page } from '@playwright/test';
import { WATCH_SHIFT } from './layout-shift.ts';

const WAITS_MS = 60_000;
export const STOP = 'urn:ngsi-ld:GtfsStop:FR-fluo:villerupt-mairie';
const MAP_MARGIN = 32;

export interface Site {
  readonly url: string;
  readonly browser: Browser;
}

/** Where a place is on the map of the whole territory, whose bounds leave a margin in the box. Mercator, in CSS pixels. */
export async function pixelsFromCentre(
  url: string,
  [longitude, latitude]: readonly [number, number],
  { width, height }: { readonly width: number; readonly height: number },
): Promise<{ x: number; y: number }> {
  const { bbox } = (await (await fetch(`${url}/territory`, { headers: { accept: 'application/json' } })).json()) as {
    bbox: [number, number, number, number];
  };
  const north = (degrees: number) => Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360)) * (180 / Math.PI);
  const [west, south, east, top] = [bbox[0], north(bbox[1]), bbox[2], north(bbox[3])];
  const degreesPerPixel = Math.max((east - west) / (width - 2 * MAP_MARGIN), (top - south) / (height - 2 * MAP_MARGIN));
  return {
    x: (longitude - (west + east) / 2) / degreesPerPixel,
    y: ((south + top) / 2 - north(latitude)) / degreesPerPixel,
  };
}

/** What the app asks for. */
export async function ask<T>(url: string, path: string): Promise<T> {
  return (await (await fetch(`${url}/citizen/v1${path}`)).json()) as T;
}

interface Opened {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  /** With an address and a stop, as for a returning user. */
  readonly isAtHome?: boolean;
  /** The scale of the text; 1 is normal. */
  readonly textSize?: number;
  readonly serviceWorkers?: 'allow' | 'block';
}

/** A page of the app in a context of its own. */
export async function openApp(
  { url, browser }: Site,
  { width, colorScheme = 'light', locale = 'fr-FR', isAtHome = false, textSize = 1, serviceWorkers = 'block' }: Opened,
): Promise<[Page, BrowserContext]> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    colorScheme,
    locale,
    serviceWorkers,
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(WAITS_MS);
  await context.addInitScript(WATCH_SHIFT);
  if (textSize !== 1) {
    // From the first moment, as with the browser's own setting.
    const isPage = ({ pathname }: URL) => pathname.startsWith('/app/') && !/\.\w+$/.test(pathname);
    await context.route(isPage, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace('<html', `<html style="font-size: ${textSize * 100}%"`);
      // The body is uncompressed already.
      const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = response.headers();
      await route.fulfill({ status: response.status(), headers, body });
    });
  }
  if (isAtHome) {
    const { sectors } = await ask<{ sectors: { id: string }[] }>(url, '/collections/sectors?commune=villerupt');
    const address = { commune: 'villerupt', communeName: 'Villerupt', sector: sectors[0] };
    const stops = [{ id: STOP, name: 'Villerupt, Mairie', operator: 'Fluo Grand Est', country: 'FR' }];
    for (const [name, value] of [
      ['alzette.address', JSON.stringify(address)],
      ['alzette.stops', JSON.stringify(stops)],
      ['alzette.place', 'villerupt'],
    ]) {
      await context.addInitScript(`localStorage.setItem(${JSON.stringify(name)}, ${JSON.stringify(value)})`);
    }
  }
  const page = await context.newPage();
  return [page, context];
}

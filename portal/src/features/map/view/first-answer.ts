import type { MapFilter, MapQuestion } from '@alzette/broker/contract';
import { views } from '../../../broker/operations.ts';
import { KNOWN_LAYERS, type ShownLayer } from '../../../entities/known-layers.ts';
import type { MapAnswer } from './map-answer.ts';

/*
 * Requests the map without filters while the code of the page is still being loaded. This file is part of the first script,
 * so it has few imports.
 */

/** The zoom level of the first request, which is sent before the map is drawn. */
export const FIRST_ZOOM = 11;

let hasAsked = false;
let first: { readonly question: string; readonly answer: Promise<MapAnswer | undefined> } | undefined;

/** The body of `POST /territory/map` for everything that matches the filter. */
export function mapQuestion(layers: readonly ShownLayer[], zoom: number, filter: MapFilter): MapQuestion {
  return { layers: layers.map(({ layer }) => layer), zoom, filter, totals: true };
}

/** Requests the map of this URL, once. A URL with parameters may show something else. */
export function askFirst(): void {
  const parameters = new URLSearchParams(location.search);
  parameters.delete('tenant');
  if (hasAsked || parameters.size > 0) return;
  hasAsked = true;
  const question = mapQuestion(KNOWN_LAYERS, FIRST_ZOOM, {});
  first = { question: JSON.stringify(question), answer: views.map({ body: question }).catch(() => undefined) };
}

/** The answer to the first request; undefined: the page must send its own request, which also reports errors. */
export async function firstAnswer(question: MapQuestion): Promise<MapAnswer | undefined> {
  const asked = first;
  first = undefined;
  return asked?.question === JSON.stringify(question) ? asked.answer : undefined;
}

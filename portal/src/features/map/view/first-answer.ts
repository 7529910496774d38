import { contextLink } from '../../../broker/context-link.ts';
import { KNOWN_LAYERS, type ShownLayer } from '../../../entities/known-layers.ts';
import type { MapAnswer } from './map-answer.ts';

/*
 * The map without filters is asked for while the code of the page still loads. This file is part of the first script, so
 * it imports little.
 */

/** The zoom level of the first question: the map is not drawn yet. */
export const FIRST_ZOOM = 11;

let hasAsked = false;
let first: { readonly question: string; readonly answer: Promise<MapAnswer | undefined> } | undefined;

/** The body of `POST /territory/map` for everything that matches the filter. */
export function mapQuestion(layers: readonly ShownLayer[], zoom: number, filter: object): object {
  return { layers: layers.map(({ layer }) => layer), zoom, filter, totals: true };
}

/** Asks for the map at this address, once. An address with parameters may show something else. */
export function askFirst(): void {
  const parameters = new URLSearchParams(location.search);
  parameters.delete('tenant');
  if (hasAsked || parameters.size > 0) return;
  hasAsked = true;
  const question = JSON.stringify(mapQuestion(KNOWN_LAYERS, FIRST_ZOOM, {}));
  first = { question, answer: answerTo(question).catch(() => undefined) };
}

/** Undefined: the page has to ask by itself, and hears of errors then. */
export async function firstAnswer(question: object): Promise<MapAnswer | undefined> {
  const asked = first;
  first = undefined;
  return asked?.question === JSON.stringify(question) ? asked.answer : undefined;
}

async function answerTo(question: string): Promise<MapAnswer | undefined> {
  const headers = { 'content-type': 'application/json', ...contextLink() };
  const response = await fetch('/territory/map', { method: 'POST', headers, body: question });
  return response.ok ? response.json() : undefined;
}

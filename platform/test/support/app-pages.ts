import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { solve } from '../../../mobile/src/report/sending/proof.ts';

const ROUTER = fileURLToPath(new URL('../../../mobile/src/router.ts', import.meta.url));
const SECTIONS = fileURLToPath(new URL('../../../mobile/src/info/sections.ts', import.meta.url));

/** The paths of all pages of the citizens' app for a running product with the demo, one of each kind. */
export async function appPaths(url: string): Promise<string[]> {
  const answered = async <T>(path: string) => (await (await fetch(url + path)).json()) as T;
  const { reports } = await answered<{ reports: { id: string }[] }>('/citizen/v1/reports?limit=1');
  const [container] = await answered<{ id: string }[]>('/ngsi-ld/v1/entities?type=WasteContainer&limit=1');
  const { stops } = await answered<{ stops: { id: string }[] }>('/citizen/v1/stops?limit=1');
  const { token } = await writeReport(url, 'Le trottoir est abîmé devant le 12');
  const made = await fetch(`${url}/publishing/items/boulangerie-place/keepers`, { method: 'POST' });
  const keeper = ((await made.json()) as { url: string }).url;
  const examples: Readonly<Record<string, string>> = {
    '/containers/:id': `/containers/${encodeURIComponent(container?.id ?? '')}`,
    '/reports/follow/:token': `/reports/follow/${token}`,
    '/reports/:id': `/reports/${reports[0]?.id}`,
    '/keepers/:token': `/keepers/${keeper.slice(keeper.lastIndexOf('/') + 1)}`,
    '/departures/:id': `/departures/${encodeURIComponent(stops[0]?.id ?? '')}`,
    '/items/:id': '/items/eclairage-economies',
    '/services/:id': '/services/bin',
    // Sent by another device, so this one does not know it.
    '/services/sent/:sent': '/services/sent/none',
    '/services/follow/:token': `/services/follow/${await sendDossier(url)}`,
    '/services/company/:token?': '/services/company',
  };
  return routerPaths().flatMap((path) => {
    if (path === '/' || path.includes('*')) return [];
    if (!path.includes(':')) return [path];
    const filled = examples[path];
    if (filled === undefined) throw new Error(`No example of the page ${path}`);
    return [filled];
  });
}

/** The routes of the app's router. */
function routerPaths(): string[] {
  const router = readFileSync(ROUTER, 'utf8');
  const named = [...router.matchAll(/\bpath: '([^']+)'(?!.*redirect)/g)].map(([, path = '']) => path);
  const listed = [...router.matchAll(/\(\[([^\]]+)\] as const\)/g)].flatMap(([, list = '']) => quoted(list));
  const sections = quoted(/SECTIONS = \[([^\]]+)\]/.exec(readFileSync(SECTIONS, 'utf8'))?.[1] ?? '');
  return [...new Set([...named, ...listed, ...sections].map((path) => `/${path.replace(/^\//, '')}`))];
}

/** Sends a request about a missing bin like the app. @returns the token of its secret link */
async function sendDossier(url: string): Promise<string> {
  const procedures = `${url}/citizen/v1/procedures/bin`;
  const { version } = (await (await fetch(procedures)).json()) as { version: number };
  const address = { text: '7 rue des Lilas', commune: 'villerupt', location: { lat: 49.4697, lon: 5.9303 } };
  const response = await fetch(`${procedures}/dossiers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({
      version,
      language: 'fr',
      applicant: { kind: 'citizen', name: 'Ada Lovelace', phone: '06 00 00 00 00' },
      answers: { problem: 'missing', address },
    }),
  });
  assert.equal(response.status, 201, await response.clone().text());
  return ((await response.json()) as { token: string }).token;
}

/** Sends a report about a pothole like the app, with the required proof of work. */
export async function writeReport(
  url: string,
  description: string,
  language = 'fr',
): Promise<{ id: string; token: string }> {
  const challenge = await fetch(`${url}/citizen/v1/reports/challenge`);
  const response = await fetch(`${url}/citizen/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({
      category: 'pothole',
      location: { lat: 49.4697, lon: 5.9303 },
      description,
      language,
      proof: await solve((await challenge.json()) as Parameters<typeof solve>[0]),
    }),
  });
  if (!response.ok) throw new Error(`the report was answered with ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: string; token: string };
}

const quoted = (text: string) => [...text.matchAll(/'([\w-]+)'/g)].map(([, word = '']) => word);

/** Faults for screen readers: missing names of controls, wrong order of headings. */
export async function readingFaults(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const faults: string[] = [];
  const levels: number[] = [];
  const children = new Map(nodes.map((node) => [node.nodeId, node]));
  const read = (id: string): void => {
    const node = children.get(id);
    if (node === undefined) return;
    const role = String(node.role?.value ?? '');
    const name = String(node.name?.value ?? '').trim();
    if (!node.ignored && CONTROLS.has(role) && name === '') faults.push(`a ${role} without a name`);
    if (!node.ignored && role === 'heading') {
      if (name === '') faults.push('a heading without words');
      levels.push(Number(node.properties?.find((property) => property.name === 'level')?.value.value));
    }
    for (const child of node.childIds ?? []) read(child);
  };
  if (nodes[0]) read(nodes[0].nodeId);
  if (levels.filter((level) => level === 1).length !== 1) faults.push(`headings of level 1: ${levels.join(' ')}`);
  const leap = levels.find((level, at) => level > (levels[at - 1] ?? 0) + 1);
  if (leap !== undefined) faults.push(`a level is left out before ${leap}: ${levels.join(' ')}`);
  return faults;
}

const CONTROLS = new Set([
  'button',
  'checkbox',
  'combobox',
  'image',
  'link',
  'radio',
  'searchbox',
  'slider',
  'spinbutton',
  'switch',
  'tab',
  'textbox',
]);

/** The least side of what is tapped, as the accessibility statement promises, with a pixel for rounding. */
const LEAST_PX = 43;
/**
 * What is smaller: controls, and links that are not in a sentence (WCAG 2.5.8 excepts those). What a label or the link
 * of a card makes larger counts as large as that. A string, because it runs in the browser.
 */
const SMALL_TARGETS = `(() => {
  const sideOf = (element) => {
    const rects = [element, element.closest('label'), element.closest('ion-tab-button, ion-item')]
      .filter((each) => each !== null)
      .map((each) => each.getBoundingClientRect());
    if (getComputedStyle(element, '::after').position === 'absolute') rects.push((element.offsetParent ?? element).getBoundingClientRect());
    return Math.max(...rects.map(({ height, width }) => Math.min(height, width)));
  };
  const inSentence = (element) => element.matches('a') && getComputedStyle(element).display === 'inline' &&
    [...element.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 3);
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      element.closest('.ion-page-hidden, .visually-hidden, .skip, [aria-hidden=true]') === null && !inSentence(element))
    .filter((element) => element.getBoundingClientRect().width > 1 && sideOf(element) < ${LEAST_PX})
    .map((element) => 'target of ' + Math.round(sideOf(element)) + ' px: ' + element.outerHTML.slice(0, 120));
})()`;

export async function smallTargets(page: Page): Promise<string[]> {
  return (await page.evaluate(SMALL_TARGETS)) as string[];
}

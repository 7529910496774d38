import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { choose } from './pages.ts';

/** The numbered steps below a heading of a page. */
export interface Task {
  readonly title: string;
  readonly steps: readonly string[];
}

/** The tasks of a French page. */
export function readTasks(page: URL): Task[] {
  const [, ...sections] = readFileSync(page, 'utf8').replaceAll("'", '’').split('\n## ');
  return sections.map((section) => {
    const [title = ''] = section.split('\n');
    return { title, steps: [...section.slice(title.length).matchAll(/^\d+\. (.+)$/gm)].map(([, step = '']) => step) };
  });
}

/** Does what a step says. @throws Error: it is no step, or the portal lacks what it names */
export function follow(page: Page, step: string): Promise<unknown> {
  for (const [pattern, act] of VERBS) {
    const found = pattern.exec(step);
    if (found) return act(page, ...(found.slice(1) as [string, string, string]));
  }
  throw new Error(`${step}: got no step that can be followed`);
}

type Act = (page: Page, first: string, second: string, third: string) => Promise<unknown>;

const VERBS: readonly (readonly [RegExp, Act])[] = [
  [/^Ouvrez \*(.+?) → (.+?)\*/, openPlace],
  [/^Ouvrez dans « (.+?) » la première ligne où l’on lit « (.+?) »/, openRow],
  [/^Appuyez sur « (.+?) »/, (page, name) => inFront(page).then((place) => one(place, name).click())],
  [/^Écrivez « (.+?) » dans « (.+?) »/, (page, text, field) => textbox(page, field).then((box) => box.fill(text))],
  [/^Choisissez « (.+?) » dans (la première )?« (.+?) »/, chooseOption],
  [
    /^On voit « (.+?) » dans « (.+?) »/,
    (page, text, region) => shownText(page.getByRole('region', { name: region }), text).waitFor(),
  ],
  [/^On voit « (.+?) »/, (page, text) => shownText(page, text).waitFor()],
];

/** The first place that shows a text. The explanations of terms are hidden until they are asked for. */
function shownText(where: Page | Locator, text: string): Locator {
  return where.getByText(text).filter({ visible: true }).first();
}

/** The open drawer, otherwise the page. */
async function inFront(page: Page): Promise<Locator> {
  const drawer = page.getByTestId('drawer');
  return (await drawer.count()) > 0 ? drawer.last() : page.locator('main');
}

const one = (place: Locator, name: string) => place.getByRole('button', { name, exact: true }).first();
const textbox = async (page: Page, name: string) =>
  (await inFront(page)).getByRole('textbox', { name, exact: true }).first();

async function openPlace(page: Page, place: string, tab: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: place, exact: true }).first().click();
  await page.getByRole('link', { name: tab, exact: true }).last().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

async function openRow(page: Page, table: string, text: string): Promise<void> {
  const row = page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text }).first();
  await row.getByRole('button', { name: /^Ouvrir / }).click();
}

async function chooseOption(page: Page, option: string, first: string | undefined, field: string): Promise<void> {
  const lists = (await inFront(page)).getByRole('combobox', { name: field, exact: true });
  await choose(first ? lists.first() : lists.last(), option);
}

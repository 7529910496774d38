import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

const ROUTER = fileURLToPath(new URL('../../../mobile/src/router.ts', import.meta.url));
const SECTIONS = fileURLToPath(new URL('../../../mobile/src/info/sections.ts', import.meta.url));

/** The paths of all pages of the citizens' app, as its router names them; those with parameters are filled by `examples`. */
export function appPaths(examples: Readonly<Record<string, string>>): string[] {
  const router = readFileSync(ROUTER, 'utf8');
  const named = [...router.matchAll(/\bpath: '([^']+)'(?!.*redirect)/g)].map(([, path = '']) => path);
  const listed = [...router.matchAll(/\(\[([^\]]+)\] as const\)/g)].flatMap(([, list = '']) => quoted(list));
  const sections = quoted(/SECTIONS = \[([^\]]+)\]/.exec(readFileSync(SECTIONS, 'utf8'))?.[1] ?? '');
  const all = [...named, ...listed, ...sections].map((path) => `/${path.replace(/^\//, '')}`);
  return [...new Set(all)].flatMap((path) => {
    if (path === '/' || path.includes('*')) return [];
    if (!path.includes(':')) return [path];
    const filled = examples[path];
    if (filled === undefined) throw new Error(`No example of the page ${path}`);
    return [filled];
  });
}

const quoted = (text: string) => [...text.matchAll(/'([\w-]+)'/g)].map(([, word = '']) => word);

/** What a screen reader would miss on the page: names of controls, the order of headings. */
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

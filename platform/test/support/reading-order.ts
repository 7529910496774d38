import type { Page } from '@playwright/test';

type Box = readonly [left: number, top: number, width: number, height: number];
interface Read {
  readonly name: string;
  readonly box: Box;
}

/** What screen readers say: texts, pictures and controls. */
const SAID = new Set([
  'StaticText',
  'button',
  'checkbox',
  'combobox',
  'image',
  'radio',
  'searchbox',
  'switch',
  'textbox',
]);
/** Each is read as a whole. Bars have a fixed place, whatever the rest is scrolled by. */
const LANDMARKS = new Set(['banner', 'main', 'navigation', 'search', 'contentinfo']);
/** Parts of boxes that touch, in pixels. */
const ALLOWED = 2;

/**
 * Where the order of the accessibility tree, in which screen readers read, is not that of the eye: what follows stands above
 * what was before, or on its left in the same line. Something in a later column may stand higher.
 */
export async function readingOrderFaults(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const [{ nodes }, { documents }] = await Promise.all([
    session.send('Accessibility.getFullAXTree'),
    session.send('DOMSnapshot.captureSnapshot', { computedStyles: [] }),
  ]);
  await session.detach();
  const boxes = new Map<number, Box>();
  for (const { nodes: dom, layout } of documents)
    layout.nodeIndex.forEach((at, i) => {
      boxes.set(dom.backendNodeId?.[at] ?? 0, layout.bounds[i] as unknown as Box);
    });
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const parts: Read[][] = [];

  function read(id: string, part: Read[]): void {
    const node = byId.get(id);
    if (node === undefined) return;
    const role = String(node.role?.value);
    const name = String(node.name?.value ?? '').trim();
    const box = boxes.get(node.backendDOMNodeId ?? 0);
    const isShown = box !== undefined && box[2] > ALLOWED && box[3] > ALLOWED;
    if (!node.ignored && SAID.has(role) && name !== '' && isShown) part.push({ name: name.slice(0, 40), box });
    if (role === 'StaticText') return;
    const own = LANDMARKS.has(role) && !node.ignored ? newPart() : part;
    for (const child of node.childIds ?? []) read(child, own);
  }
  function newPart(): Read[] {
    const part: Read[] = [];
    parts.push(part);
    return part;
  }
  read(nodes[0]?.nodeId ?? '', newPart());
  return parts.flatMap((part) =>
    part.flatMap((next, i) => {
      const before = part[i - 1];
      return before && isBefore(next.box, before.box) ? [`“${next.name}” is read after “${before.name}”`] : [];
    }),
  );
}

function isBefore([left, top, width, height]: Box, [otherLeft, otherTop, otherWidth, otherHeight]: Box): boolean {
  const isAbove = top + height <= otherTop + ALLOWED;
  const isLaterColumn = left >= otherLeft + otherWidth - ALLOWED;
  const shared = Math.min(top + height, otherTop + otherHeight) - Math.max(top, otherTop);
  const isSameLine = shared > Math.min(height, otherHeight) / 2;
  return (isAbove && !isLaterColumn) || (isSameLine && left + width <= otherLeft + ALLOWED);
}

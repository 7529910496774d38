import type { Question, Widget, WidgetKind } from '@alzette/ngsi-ld-schemas/dashboards';

type Rest = Partial<Omit<Widget, 'id' | 'kind' | 'title' | 'question'>>;

/** A widget without a position; `laidOut` adds it. */
export type Unplaced = Omit<Widget, 'id' | 'x' | 'y'>;

const SIZES: Readonly<Record<WidgetKind, readonly [w: number, h: number]>> = {
  number: [3, 2],
  gauge: [3, 3],
  series: [6, 4],
  bar: [6, 4],
  heat: [12, 3],
  map: [6, 5],
  table: [6, 4],
  alarms: [6, 4],
  text: [12, 1],
  image: [3, 3],
};

export function widget(kind: WidgetKind, title: string, question?: Question, rest: Rest = {}): Unplaced {
  const [w, h] = SIZES[kind];
  return { kind, title, w, h, ...(question && { question }), ...rest };
}

/** Places widgets line by line, from left to right. */
export function laidOut(widgets: readonly Unplaced[]): Widget[] {
  let x = 0;
  let y = 0;
  let height = 0;
  return widgets.map((each, place) => {
    if (x + each.w > 12) {
      x = 0;
      y += height;
      height = 0;
    }
    const placed = { ...each, id: `w${place + 1}`, x, y };
    x += each.w;
    height = Math.max(height, each.h);
    return placed;
  });
}

/** A figure of the catalogue, by its name. */
export function figure(name: string, title: string, rest: Rest = {}): Unplaced {
  return widget('number', title, undefined, { figure: name, ...rest });
}

const BY_COMMUNE = [{ by: 'scope' }] as const;

export const count = (type: string, q?: string): Question => ({ type, ...(q && { q }), measure: { kind: 'count' } });
export const countByCommune = (type: string, q?: string): Question => ({ ...count(type, q), group: BY_COMMUNE });
export const countBy = (type: string, attribute: string): Question => ({
  ...count(type),
  group: [{ by: 'attribute', attribute }],
});
export const average = (type: string, attribute: string): Question => ({
  type,
  measure: { kind: 'average', attribute },
});
export const averageByCommune = (type: string, attribute: string): Question => ({
  ...average(type, attribute),
  group: BY_COMMUNE,
});
export const averageOver = (type: string, attribute: string): Question => ({
  ...average(type, attribute),
  over: 'auto',
});
export const averageOfPeriod = (type: string, attribute: string): Question => ({
  ...average(type, attribute),
  over: 'all',
});
export const averageByDay = (type: string, attribute: string): Question => ({
  ...average(type, attribute),
  over: 'day',
});

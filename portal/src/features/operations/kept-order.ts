const NAME = 'alzette.work-orders.kept';
const MOST = 50;

/** The last answers about work orders, for when there is no network. */
export function keepOrder(id: string, answer: object): void {
  const { [id]: _, ...others } = readAll();
  const newest = [[id, answer] as const, ...Object.entries(others)].slice(0, MOST);
  localStorage.setItem(NAME, JSON.stringify(Object.fromEntries(newest)));
}

/** Undefined: it was not seen on this device. */
export function keptOrder<Answer>(id: string): Answer | undefined {
  return readAll()[id] as Answer | undefined;
}

function readAll(): Record<string, object> {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? '{}') as Record<string, object>;
  } catch {
    return {};
  }
}

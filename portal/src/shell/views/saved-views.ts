import { store, stored } from '../../stored.ts';

/** A view of a page under a name: its address with all that is chosen there. Kept in this browser. */
interface SavedView {
  readonly name: string;
  /** Path and query, e.g. `/map?commune=thil`. */
  readonly address: string;
}

const STORED_VIEWS = 'alzette.views';

/** Those kept in this browser; what can't be read any more is passed over. */
export function savedViews(): SavedView[] {
  try {
    const kept: unknown = JSON.parse(stored(STORED_VIEWS) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

/** Keeps a view; another of its name goes. */
export function keepView(view: SavedView): SavedView[] {
  return write([...savedViews().filter(({ name }) => name !== view.name), view]);
}

export function forgetView(name: string): SavedView[] {
  return write(savedViews().filter((view) => view.name !== name));
}

function write(views: SavedView[]): SavedView[] {
  const sorted = views.sort((a, b) => a.name.localeCompare(b.name));
  store(STORED_VIEWS, JSON.stringify(sorted));
  return sorted;
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null) return false;
  // Of this portal alone: an address that leads elsewhere is none.
  return (
    'name' in value && typeof value.name === 'string' && 'address' in value && /^\/(?!\/)/.test(String(value.address))
  );
}

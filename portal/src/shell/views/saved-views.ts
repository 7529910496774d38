import { store, stored } from '../../stored.ts';

/** A saved view of a page: a name and an address with all filters. Stored in this browser. */
interface SavedView {
  readonly name: string;
  /** Path and query, e.g. `/map?commune=thil`. */
  readonly address: string;
}

const STORED_VIEWS = 'alzette.views';

/** The views in this browser; unreadable ones are ignored. */
export function savedViews(): SavedView[] {
  try {
    const kept: unknown = JSON.parse(stored(STORED_VIEWS) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

/** Saves a view; it replaces one with the same name. */
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
  // Only addresses of this portal are valid.
  return (
    'name' in value && typeof value.name === 'string' && 'address' in value && /^\/(?!\/)/.test(String(value.address))
  );
}

import type { KeptView, SavedViewContract } from '@alzette/dashboards/contract';
import { SAVED_VIEWS } from '@alzette/dashboards/paths';
import { useAnswer } from '@alzette/web/asking';
import { service } from '../../broker/service.ts';
import { newId } from '../../format/slug.ts';
import { useAccess } from '../../sign-in/access.ts';
import { store, stored } from '../../stored.ts';

export const savedViews = service<SavedViewContract>(SAVED_VIEWS);

/** Where earlier versions kept views, as `{ name, address }`. */
const IN_BROWSER = 'alzette.views';

/** The reader's saved views and those of their groups. Strangers have none. */
export function useSavedViews() {
  const { may } = useAccess();
  const hasViews = may('account') && may('read');
  const request = useAnswer(
    () => (hasViews ? ['dashboards/views'] : undefined),
    async (signal) => {
      const answer = await savedViews.list({ signal });
      return (await takeOver(answer.views)) ? savedViews.list({ signal }) : answer;
    },
  );
  return { request, hasViews };
}

/** Saves a view; it replaces the reader's own with the same name for the same group. */
export async function saveView(views: readonly KeptView[], view: Omit<KeptView, 'id' | 'isOwn' | 'mayChange'>) {
  const { title, group } = view;
  const same = views.find((one) => one.isOwn && one.title === title && one.group === group);
  await savedViews.save({ params: { id: same?.id ?? newId(title) }, body: view });
}

/** Brings the views that this browser still has to the server, once. @returns whether there were any */
async function takeOver(views: readonly KeptView[]): Promise<boolean> {
  const left = viewsInBrowser();
  if (left.length === 0) return false;
  try {
    for (const view of left) {
      const isThere = views.some(({ title, address }) => title === view.title && address === view.address);
      if (!isThere) await saveView([], view);
    }
    store(IN_BROWSER, '[]');
    return true;
  } catch {
    return false; // they stay in this browser until the next time
  }
}

function viewsInBrowser(): { readonly title: string; readonly address: string }[] {
  try {
    const kept: unknown = JSON.parse(stored(IN_BROWSER) ?? '[]');
    return Array.isArray(kept) ? kept.flatMap(viewIn) : [];
  } catch {
    return []; // unreadable
  }
}

function viewIn(value: unknown) {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('address' in value)) return [];
  const address = String(value.address);
  // Only addresses of this portal are valid.
  return /^\/(?!\/)[^\\\s]*$/.test(address) ? [{ title: String(value.name), address }] : [];
}

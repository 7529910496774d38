import { nextTick, onScopeDispose, shallowRef, toRaw } from 'vue';
import { useSavedSoon } from '../../kept/useSavedSoon.ts';
import { type GivenReport, isGiven, NOTHING_GIVEN } from '../form/given-report.ts';
import { ALL_DROPPED, type Draft, dropDraft, keepDraft, readDrafts } from './drafts.ts';

/**
 * Keeps what the form has as a draft on this device, so that it survives a reload, an update, and a phone that ends the
 * app while its camera is open. The latest draft is in the form again when the page opens.
 */
export function useDrafts(given: GivenReport) {
  /** The drafts that are not in the form. */
  const others = shallowRef<readonly Draft[]>([]);
  const hasDraft = shallowRef(false);
  let key: string = crypto.randomUUID();
  let corrects: string | undefined;
  /** One step after the other, so that the last state is the kept one. */
  let work: Promise<unknown> = Promise.resolve();
  const inTurn = (step: () => Promise<unknown>) => {
    work = work.then(step).catch((cause: unknown) => console.warn('The draft could not be kept', cause));
    return work;
  };
  const { save, without } = useSavedSoon(given, () => {
    const draft: Draft = { ...plain(given), key, corrects, changedAt: Date.now() };
    return inTurn(async () => {
      await (isGiven(draft) ? keepDraft(draft) : dropDraft(draft.key));
      hasDraft.value = isGiven(draft);
    });
  });
  const refresh = async () => {
    others.value = (await readDrafts()).filter((draft) => draft.key !== key);
  };
  const fill = (filled: GivenReport) => without(() => fillForm(given, filled));

  /** Stores the draft in the form, and begins another. */
  async function startAnother(content: GivenReport = NOTHING_GIVEN, correctedKey?: string): Promise<void> {
    await change({ ...content, key: crypto.randomUUID(), corrects: correctedKey });
  }

  async function change(to: GivenReport & Pick<Draft, 'key' | 'corrects'>): Promise<void> {
    await save();
    ({ key, corrects } = to);
    await fill(to);
    await save();
    await refresh();
  }

  async function drop(dropped = key): Promise<void> {
    await inTurn(() => dropDraft(dropped));
    if (dropped === key) {
      key = crypto.randomUUID();
      corrects = undefined;
      await fill(NOTHING_GIVEN);
      hasDraft.value = false;
    }
    await refresh();
  }

  /** When the latest draft is in the form. */
  const restored = inTurn(async () => {
    const [latest] = await readDrafts();
    if (latest !== undefined && !isGiven(given)) {
      ({ key, corrects } = latest);
      await fill(latest);
    }
    hasDraft.value = isGiven(given);
    await refresh();
  });
  const onAllDropped = () => void drop();
  addEventListener(ALL_DROPPED, onAllDropped);
  onScopeDispose(() => removeEventListener(ALL_DROPPED, onAllDropped));

  return { others, hasDraft, restored, startAnother, open: change, drop, corrected: () => corrects };
}

async function fillForm(given: GivenReport, filled: GivenReport): Promise<void> {
  Object.assign(given, NOTHING_GIVEN);
  given.category = filled.category;
  await nextTick(); // a new category empties the answers
  const { photos, place, asset, assetCode, description, answers } = filled;
  Object.assign(given, { photos, place, asset, assetCode, description, answers });
  await nextTick();
}

/** Without Vue's proxies, which the browser does not store. */
function plain({ place, asset, answers, ...rest }: GivenReport): GivenReport {
  return {
    ...rest,
    place: place && { at: [place.at[0], place.at[1]], by: place.by },
    asset: asset && toRaw(asset),
    answers: { ...answers },
  };
}

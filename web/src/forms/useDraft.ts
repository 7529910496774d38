import { computed, type InjectionKey, inject, onScopeDispose, provide, type Ref, ref, shallowRef, watch } from 'vue';
import { keepDraft, readDraft } from './kept-drafts.ts';

/** The values of a form by field; each can be written as JSON. */
export type FormValues = Record<string, unknown>;

export interface Draft {
  /** What the reader has typed and chosen, for the fields of the form to change. */
  readonly values: Ref<FormValues>;
  readonly isChanged: Readonly<Ref<boolean>>;
  /** Whether the form began with what the reader had left in it. */
  readonly isRestored: Readonly<Ref<boolean>>;
  /** The present values of fields that somebody else has changed after the reader did. */
  readonly theirs: Readonly<Ref<FormValues>>;
  /** Takes over what somebody else has set. */
  takeTheirs(field: string): void;
  /** Keeps what the reader has set. */
  keepMine(field: string): void;
  /** What the reader typed is saved. */
  saved(): void;
  /** What the reader typed is not wanted any more. */
  discard(): void;
}

/** The forms in a part of the page that can be closed. */
export interface Unsaved {
  hasChanges(): boolean;
  discard(): void;
}

const FORMS: InjectionKey<Set<Draft>> = Symbol('unsaved forms');

/** Called by what can be closed, such as a drawer, to know whether something in it is not saved. */
export function provideUnsaved(): Unsaved {
  const forms = new Set<Draft>();
  provide(FORMS, forms);
  return {
    hasChanges: () => [...forms].some(({ isChanged }) => isChanged.value),
    discard: () => {
      for (const form of forms) form.discard();
    },
  };
}

/**
 * The values of a form, kept until they are saved or discarded, however the page is left. If the given values change
 * meanwhile, fields that the reader has not touched follow; for the others both versions are known.
 *
 * @param name of the form and of what it changes
 * @param given the present values; new ones with the same content change nothing
 * @param secret fields that are not kept on the device, such as passwords
 */
export function useDraft(name: string, given: () => FormValues, secret: readonly string[] = []): Draft {
  const before = shallowRef(copyOf(given()));
  const values = ref<FormValues>(copyOf(before.value));
  const theirs = ref<FormValues>({});
  const changed = computed(() => fieldsThatDiffer(values.value, before.value));
  const isChanged = computed(() => changed.value.length > 0);
  const isRestored = shallowRef(false);

  const kept = readDraft(name);
  if (kept !== undefined) {
    for (const [field, value] of Object.entries(kept.values)) {
      if (!isSame(kept.before[field], before.value[field]) && !isSame(value, before.value[field])) {
        theirs.value[field] = before.value[field];
      }
      values.value[field] = value;
    }
    isRestored.value = isChanged.value;
  }

  watch(given, (now) => {
    for (const field of fieldsThatDiffer(now, before.value)) {
      if (isSame(values.value[field], before.value[field])) values.value[field] = copyOf(now)[field];
      else if (isSame(values.value[field], now[field])) delete theirs.value[field];
      else theirs.value[field] = now[field];
    }
    before.value = copyOf(now);
  });
  // Without delay, as the page may be left in the same moment.
  watch(
    [values, before],
    () => {
      const kept = changed.value.filter((field) => !secret.includes(field));
      const only = (all: FormValues) => Object.fromEntries(kept.map((field) => [field, all[field]]));
      keepDraft(name, kept.length > 0 ? { before: only(before.value), values: only(values.value) } : undefined);
    },
    { deep: true, flush: 'sync' },
  );

  const draft: Draft = {
    values,
    isChanged,
    isRestored,
    theirs,
    takeTheirs(field) {
      values.value[field] = theirs.value[field];
      delete theirs.value[field];
    },
    keepMine: (field) => void delete theirs.value[field],
    saved() {
      before.value = copyOf(values.value);
      theirs.value = {};
      isRestored.value = false;
    },
    discard() {
      values.value = copyOf(before.value);
      theirs.value = {};
      isRestored.value = false;
    },
  };
  const forms = inject(FORMS, undefined);
  forms?.add(draft);
  onScopeDispose(() => forms?.delete(draft));
  return draft;
}

/** JSON, as drafts are kept in it: an absent field is the same as an undefined one. */
const copyOf = (values: FormValues): FormValues => JSON.parse(JSON.stringify(values)) as FormValues;
const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function fieldsThatDiffer(a: FormValues, b: FormValues): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((field) => !isSame(a[field], b[field]));
}

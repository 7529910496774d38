import { tokensOfPage } from '@alzette/identity/browser/bear-token';

/** The fields that the reader has changed, as they were before and as the reader has them. */
export interface KeptDraft {
  readonly before: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/*
 * Kept for this tab, as the sign-in is: they survive a reload, an update and a new sign-in, and end with the tab. Each
 * reader has their own.
 */
const keyOf = (name: string) => `alzette.draft.${tokensOfPage()?.subject ?? ''}.${name}`;

export function readDraft(name: string): KeptDraft | undefined {
  try {
    const text = sessionStorage.getItem(keyOf(name));
    return text === null ? undefined : (JSON.parse(text) as KeptDraft);
  } catch {
    return undefined; // blocked storage is the reader's choice
  }
}

/** @param draft undefined: forgets it */
export function keepDraft(name: string, draft: KeptDraft | undefined): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(keyOf(name));
    else sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
  } catch {
    // blocked or full: the form works without
  }
}

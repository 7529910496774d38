import { createStore, del, get, set } from 'idb-keyval';

/** Photos for work orders that are not sent yet, by the key of their act. */
const store = createStore('alzette-work-photos', 'waiting');

/** @throws DOMException: the device has no storage left */
export function keepPhoto(key: string, photo: Blob): Promise<void> {
  return set(key, photo, store);
}

/** Undefined: it was sent, or the device has deleted it. */
export function keptPhoto(key: string): Promise<Blob | undefined> {
  return get<Blob>(key, store);
}

export function forgetPhoto(key: string): Promise<void> {
  return del(key, store);
}

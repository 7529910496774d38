import { createStore, del, get, set } from 'idb-keyval';

/** Photos that were taken for work orders and have not been sent, by the key of their act. */
const store = createStore('alzette-work-photos', 'waiting');

/** @throws DOMException: there is no room on the device */
export function keepPhoto(key: string, photo: Blob): Promise<void> {
  return set(key, photo, store);
}

/** Undefined: it was sent, or the device has dropped it. */
export function keptPhoto(key: string): Promise<Blob | undefined> {
  return get<Blob>(key, store);
}

export function forgetPhoto(key: string): Promise<void> {
  return del(key, store);
}

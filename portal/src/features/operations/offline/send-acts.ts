import type { OfflineAct } from '@alzette/alarms/contract';
import type { FileContract } from '@alzette/files/contract';
import { FILES } from '@alzette/files/paths';
import { workOrders } from '../../../alarms/records.ts';
import { service } from '../../../broker/service.ts';
import { type ActResult, isForLater, type WaitingAct, WaitingActs } from './waiting-acts.ts';
import { forgetPhoto, keepPhoto, keptPhoto } from './waiting-photos.ts';

/** The acts that wait on this device for the network. */
export const waitingActs = new WaitingActs(localStorage, sendActs);

/** Stores a photo for a work order, and the act that adds it. @throws DOMException: the device has no storage left */
export async function addPhoto(order: string, photo: Blob): Promise<void> {
  const key = crypto.randomUUID();
  await keepPhoto(key, photo);
  waitingActs.add(order, { key, at: new Date().toISOString(), act: { act: 'photo' } });
}

/**
 * Sends photos first, because an act refers to one by its address. A refusal for one order does not stop the others.
 */
async function sendActs(order: string, acts: readonly WaitingAct[]): Promise<readonly ActResult[]> {
  const ready: OfflineAct[] = [];
  const results = new Map<string, ActResult>();
  for (const each of acts) {
    try {
      ready.push(await withPhotoSent(order, each));
    } catch (cause) {
      if (isForLater(cause)) throw cause;
      results.set(each.key, { outcome: 'refused', detail: cause instanceof Error ? cause.message : String(cause) });
    }
  }
  const outcomes =
    ready.length === 0 ? [] : (await workOrders.act({ params: { id: order }, body: { acts: ready } })).results;
  ready.forEach(({ key }, i) => {
    if (outcomes[i] !== undefined) results.set(key, outcomes[i]);
  });
  for (const { key, act } of acts) if (act.act === 'photo') await forgetPhoto(key);
  return acts.map(({ key }) => results.get(key) ?? { outcome: 'done' });
}

/** The server stores a photo once per key, so a retry creates no second one. */
async function withPhotoSent(order: string, waiting: WaitingAct): Promise<OfflineAct> {
  const { key, act } = waiting;
  if (act.act !== 'photo' || act.url !== undefined) return { ...waiting, act };
  const photo = await keptPhoto(key);
  if (photo === undefined) throw new Error('photo: it is not on this device any more');
  const headers = { 'content-type': photo.type || 'application/octet-stream', 'idempotency-key': key };
  const query = { entity: order, visibility: 'public' } as const;
  const { url } = await service<FileContract>(FILES).add({ query, body: photo, headers });
  return { ...waiting, act: { ...act, url } };
}

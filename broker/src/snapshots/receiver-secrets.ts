import { isSealed, type Secrets } from '../database/secrets.ts';
import { isSecret, MASK, openPairs } from '../federation/registrations/source-secrets.ts';
import type { KeyValue } from '../model/represent/key-values.ts';
import { badMember } from '../model/values.ts';
import type { SnapshotDocument } from './snapshot.ts';

/** Encrypts the secrets in a snapshot's `receiverInfo`, bound to its space. */
export function sealReceiver(document: SnapshotDocument, space: string, secrets: Secrets): SnapshotDocument {
  return changed(document, ({ value }) => (isSealed(value) ? value : secrets.seal(value, ownerOf(space))));
}

/** The document with masked secrets, as shown to clients. */
export function maskReceiver(document: SnapshotDocument): SnapshotDocument {
  return changed(document, () => MASK);
}

/**
 * Replaces masked secrets in a snapshot with the stored ones, so that a client may send back what it has read.
 *
 * @throws NgsiLdError BadRequestData: a masked secret is unknown, or would be sent to another host
 */
export function unmaskReceiver(document: SnapshotDocument, before: SnapshotDocument): SnapshotDocument {
  const sameHost = hostOf(document) === hostOf(before);
  return changed(document, ({ key, value }) => {
    if (value !== MASK && !isSealed(value)) return value;
    const known = before.receiverInfo?.find((pair) => pair.key === key);
    if (known !== undefined && sameHost) return known.value;
    throw badMember('receiverInfo', MASK, `the value of ${key}, because none is stored for that host`);
  });
}

/** Decrypts pairs for sending. @throws Error: they were encrypted with another key */
export function openReceiver(pairs: readonly KeyValue[], space: string, secrets: Secrets): readonly KeyValue[] {
  return openPairs(pairs, ownerOf(space), secrets);
}

function hostOf({ endpoint }: SnapshotDocument): string | undefined {
  return endpoint === undefined ? undefined : URL.parse(endpoint)?.host;
}

function ownerOf(space: string): string {
  return `snapshot ${space}`;
}

function changed(document: SnapshotDocument, change: (pair: KeyValue) => string): SnapshotDocument {
  const { receiverInfo } = document;
  if (receiverInfo === undefined || !receiverInfo.some(isSecret)) return document;
  return {
    ...document,
    receiverInfo: receiverInfo.map((pair) => (isSecret(pair) ? { key: pair.key, value: change(pair) } : pair)),
  };
}

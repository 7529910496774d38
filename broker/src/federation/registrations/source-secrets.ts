import { isSealed, type Secrets } from '../../database/secrets.ts';
import type { KeyValue } from '../../model/represent/key-values.ts';
import { badMember } from '../../model/values.ts';
import { FROM_REQUEST } from './forwarded-headers.ts';
import type { RegistrationDocument } from './registration-document.ts';

/** Replaces a secret in answers. */
export const MASK = '***';

const SECRET_KEY = /authorization|cookie|token|secret|password|api-?key|credential/i;

export function isSecret({ key, value }: KeyValue): boolean {
  return SECRET_KEY.test(key) && value !== FROM_REQUEST;
}

/** Encrypts the keys and passwords of a registration. Secrets that are already encrypted stay as they are. */
export function sealSource(document: RegistrationDocument, owner: string, secrets: Secrets): RegistrationDocument {
  return changed(document, (value) => (isSealed(value) ? value : secrets.seal(value, owner)));
}

/** Decrypts pairs for sending. @throws Error: they were encrypted with another key */
export function openPairs(pairs: readonly KeyValue[], owner: string, secrets: Secrets): readonly KeyValue[] {
  if (!pairs.some(({ value }) => isSealed(value))) return pairs;
  return pairs.map(({ key, value }) => ({ key, value: secrets.open(value, owner) }));
}

/** The document with masked secrets, as shown to clients. */
export function maskSource(document: RegistrationDocument): RegistrationDocument {
  return changed(document, () => MASK);
}

/**
 * Replaces masked secrets in a registration with the stored ones, so that a client may send back what it has read.
 *
 * @throws NgsiLdError BadRequestData: a masked secret is unknown, or would be sent to another host
 */
export function unmaskSource(document: RegistrationDocument, before: RegistrationDocument): RegistrationDocument {
  const sameHost = URL.parse(document.endpoint)?.host === URL.parse(before.endpoint)?.host;
  return changed(document, (value, key) => {
    if (value !== MASK && !isSealed(value)) return value;
    const known = before.contextSourceInfo?.find((pair) => pair.key === key);
    if (known !== undefined && sameHost) return known.value;
    throw badMember('contextSourceInfo', MASK, `the value of ${key}, because none is stored for that host`);
  });
}

/** Binds an encrypted secret to its registration, so that it can't be moved to another one. */
export function ownerOfSource(tenant: string, id: string): string {
  return `registration ${tenant} ${id}`;
}

function changed(document: RegistrationDocument, change: (value: string, key: string) => string): RegistrationDocument {
  const { contextSourceInfo } = document;
  if (contextSourceInfo === undefined || !contextSourceInfo.some(isSecret)) return document;
  return {
    ...document,
    contextSourceInfo: contextSourceInfo.map((pair) =>
      isSecret(pair) ? { key: pair.key, value: change(pair.value, pair.key) } : pair,
    ),
  };
}

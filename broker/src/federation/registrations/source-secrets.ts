import { isSealed, type Secrets } from '../../database/secrets.ts';
import type { KeyValue } from '../../model/represent/key-values.ts';
import { badMember } from '../../model/values.ts';
import { FROM_REQUEST } from './forwarded-headers.ts';
import type { RegistrationDocument } from './registration-document.ts';

/** What stands in the place of a secret. */
export const MASK = '***';

const SECRET_KEY = /authorization|cookie|token|secret|password|api-?key|credential/i;

export function isSecret({ key, value }: KeyValue): boolean {
  return SECRET_KEY.test(key) && value !== FROM_REQUEST;
}

/** A registration with its keys and passwords encrypted; those that are already stay. */
export function sealSource(document: RegistrationDocument, owner: string, secrets: Secrets): RegistrationDocument {
  return changed(document, (value) => (isSealed(value) ? value : secrets.seal(value, owner)));
}

/** Pairs in clear, to be sent. @throws Error: they were sealed by another key */
export function openPairs(pairs: readonly KeyValue[], owner: string, secrets: Secrets): readonly KeyValue[] {
  if (!pairs.some(({ value }) => isSealed(value))) return pairs;
  return pairs.map(({ key, value }) => ({ key, value: secrets.open(value, owner) }));
}

/** The same as it may be told. */
export function maskSource(document: RegistrationDocument): RegistrationDocument {
  return changed(document, () => MASK);
}

/**
 * A registration whose masked secrets are those stored, so that what was read may be written back.
 *
 * @throws NgsiLdError BadRequestData: a masked one that isn't known, or that would go to another host
 */
export function unmaskSource(document: RegistrationDocument, before: RegistrationDocument): RegistrationDocument {
  const sameHost = URL.parse(document.endpoint)?.host === URL.parse(before.endpoint)?.host;
  return changed(document, (value, key) => {
    if (value !== MASK && !isSealed(value)) return value;
    const known = before.contextSourceInfo?.find((pair) => pair.key === key);
    if (known !== undefined && sameHost) return known.value;
    throw badMember('contextSourceInfo', MASK, `the value of ${key}: none is known for that host`);
  });
}

/** What a secret is sealed for: it can't be moved to another registration. */
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

import { isObject } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { MASK } from './items/source-members.ts';
import type { Source } from './kinds.ts';
import { kindOf } from './kinds.ts';

const SECRET = ['secretHeaders', 'secretParameters', 'password', 'privateKey', 'passphrase', 'gatewaySecret'] as const;

/** The secret members of `from`. */
export type SourceSecrets = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** Splits a source into what may be shown and its secrets. */
export function split(source: Source): { readonly shown: Source; readonly secrets: SourceSecrets } {
  const secrets: Record<string, string | Record<string, string>> = {};
  const from: Record<string, unknown> = { ...fromOf(source) };
  for (const member of SECRET) {
    const value = from[member];
    if (typeof value === 'string') {
      secrets[member] = value;
      from[member] = MASK;
    } else if (isObject(value)) {
      // Validated: texts by name.
      secrets[member] = value as Record<string, string>;
      from[member] = Object.fromEntries(Object.keys(value).map((name) => [name, MASK]));
    }
  }
  return { shown: withFrom(source, from), secrets };
}

/** The source with its secrets, for use. */
export function joined(shown: Source, secrets: SourceSecrets): Source {
  return withFrom(shown, { ...fromOf(shown), ...secrets });
}

/**
 * Replaces masked secrets with the stored ones, so that a client may send back what it has read.
 *
 * @throws RegistryError WRONG_SYNTAX: a masked secret is unknown, or would be sent to another host
 */
export function unmasked(
  source: Source,
  kept: { readonly shownSource: Source; readonly secrets: SourceSecrets } | undefined,
): Source {
  const from: Record<string, unknown> = { ...fromOf(source) };
  const sameHost = kept !== undefined && secretsGoTo(source) === secretsGoTo(kept.shownSource);
  const real = (value: unknown, known: unknown, member: string): unknown => {
    if (value !== MASK) return value;
    if (sameHost && typeof known === 'string') return known;
    throw new RegistryError(
      'WRONG_SYNTAX',
      `from.${member} is "${MASK}", expected the secret, because none is stored for that host`,
    );
  };
  for (const member of SECRET) {
    const value = from[member];
    const known = kept?.secrets[member];
    if (typeof value === 'string') from[member] = real(value, known, member);
    else if (isObject(value)) {
      const byName = isObject(known) ? known : {};
      from[member] = Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, real(each, byName[name], `${member}.${name}`)]),
      );
    }
  }
  return withFrom(source, from);
}

function fromOf(source: Source): object {
  return 'from' in source ? source.from : {};
}

function withFrom(source: Source, from: object): Source {
  // The same members with other texts.
  return 'from' in source ? ({ ...source, from } as Source) : source;
}

function secretsGoTo(source: Source): string {
  return kindOf(source).secretsGoTo(source);
}

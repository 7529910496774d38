import type { Organisation, SavedClient } from '@alzette/identity/contract';

/** Accounts, and the programs that sign in, of another platform; in the form of `/ops/identity`. */
export interface Accounts {
  readonly roles: readonly { readonly id: string; readonly description: string }[];
  readonly groups: readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[];
  readonly users: readonly User[];
  readonly clients: readonly Client[];
  /** What does not come along, each with what to do instead. */
  readonly notes: readonly string[];
}

export interface User {
  readonly username: string;
  readonly email?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly language?: string;
  readonly organisation?: Organisation['id'];
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
}

export interface Client {
  readonly id: string;
  readonly document: SavedClient;
  readonly limits?: readonly { readonly requests: number; readonly per: string }[];
}

/** A name as an id of a role, a group or a client: `Agents / éclairage` is `Agents-eclairage`. */
export function idOf(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 64);
}

/** A file of another platform that is not of the expected form. */
export class ForeignFileError extends Error {
  constructor(place: string, got: string, expected: string) {
    super(`${place}: got ${got}, expected ${expected}`);
  }
}

/** @throws ForeignFileError: it is not JSON */
export function readJson(text: string, expected: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ForeignFileError('file', (cause as Error).message, expected);
  }
}

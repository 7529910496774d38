import { type App, type InjectionKey, inject } from 'vue';

/**
 * What a page or an act needs: nothing, an account, to read or write some entity, to administer the tenant, or to
 * administer the platform as a whole.
 */
export type Right = 'nothing' | 'account' | 'read' | 'write' | 'administer' | 'administerAll';

/** `GET /ops/access/me`. */
interface OwnAccess {
  readonly access: 'open' | 'enforced';
  readonly id?: string;
  readonly may: Readonly<Partial<Record<'read' | 'write' | 'administer' | 'administerAll', boolean>>>;
}

export interface Access {
  /** True where nobody need sign in. */
  readonly isOpen: boolean;
  may(right: Right): boolean;
}

const KEY: InjectionKey<Access> = Symbol('access');

/** Asks what the reader may do. Where that can't be told all is offered: each request is held to its rights anyway. */
export async function readAccess(): Promise<Access> {
  try {
    const response = await fetch('/ops/access/me');
    if (response.ok) return accessOf(await response.json());
  } catch {
    // the pages tell themselves that nobody answers
  }
  return accessOf({ access: 'open', may: { read: true, write: true, administer: true, administerAll: true } });
}

function accessOf({ access, id, may }: OwnAccess): Access {
  const isOpen = access === 'open';
  return {
    isOpen,
    may(right) {
      if (isOpen || right === 'nothing') return true;
      if (right === 'account') return id !== undefined;
      return may[right] === true;
    },
  };
}

export function createAccess(access: Access) {
  return { install: (app: App) => void app.provide(KEY, access) };
}

export function useAccess(): Access {
  const access = inject(KEY);
  if (!access) throw new Error('useAccess: no access is provided');
  return access;
}

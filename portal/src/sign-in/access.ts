import type { Caller, OwnAccessContract } from '@alzette/broker/contract';
import { OWN_ACCESS } from '@alzette/broker/paths';
import { clientOf } from '@alzette/web/asking';
import { type App, type InjectionKey, inject } from 'vue';

/**
 * The right for a page or an action: nothing, an account, to read or write some entity, to administer the tenant, or to
 * administer the whole platform.
 */
export type Right = 'nothing' | 'account' | 'read' | 'write' | 'administer' | 'administerAll';

export interface Access {
  /** True if no sign-in is needed. */
  readonly isOpen: boolean;
  /** The names of the reader's roles; none with open access. */
  readonly roles: readonly string[];
  may(right: Right): boolean;
}

const KEY: InjectionKey<Access> = Symbol('access');

/** Requests the reader's rights. If that fails, everything is offered: the server checks each request anyway. */
export async function readAccess(): Promise<Access> {
  try {
    return accessOf(await clientOf<OwnAccessContract>(OWN_ACCESS).me());
  } catch {
    // the pages report themselves that the server does not answer
  }
  return accessOf({ access: 'open', may: { read: true, write: true, administer: true, administerAll: true } });
}

function accessOf({ access, id, roles = [], may }: Caller): Access {
  const isOpen = access === 'open';
  return {
    isOpen,
    roles,
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

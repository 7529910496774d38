import { type InjectionKey, inject, onScopeDispose, provide, readonly, type ShallowRef, shallowRef } from 'vue';
import { askCitizen } from '../citizen/citizen-api.ts';
import { keep, kept } from '../kept/kept.ts';

/** Parts of the app that a site turns on; the server may know more. */
export type Module =
  | 'news'
  | 'events'
  | 'alerts'
  | 'directory'
  | 'pages'
  | 'menus'
  | 'polls'
  | 'reports'
  | 'waste'
  | 'mobility'
  | 'lighting'
  | 'air';

export interface Modules {
  /** Whether the site has it on. While nobody knows, all are: what has nothing to show says nothing. */
  has(module: Module): boolean;
  /** Whether the site, or this device, has told. */
  readonly known: Readonly<ShallowRef<boolean>>;
}

const KEY: InjectionKey<Modules> = Symbol('modules');
const KEPT_AS = 'modules';

/** Asks the site which parts of the app are on: what was kept of it at once, what is new as soon as it is there. */
export function provideModules(): Modules {
  const on = shallowRef<readonly string[]>();
  const known = shallowRef(false);
  let isFresh = false;

  async function load(): Promise<void> {
    try {
      const { modules } = await askCitizen<{ modules: readonly string[] }>('/territory');
      isFresh = true;
      on.value = modules;
      await keep(KEPT_AS, modules);
    } catch {
      // without a network as it was; an older server has all
    }
    known.value = true;
  }

  void kept<readonly string[]>(KEPT_AS).then((last) => {
    if (last === undefined || isFresh) return;
    on.value = last.value;
    known.value = true;
  });
  void load();
  window.addEventListener('online', load);
  onScopeDispose(() => window.removeEventListener('online', load));

  const state: Modules = { has: (module) => on.value?.includes(module) ?? true, known: readonly(known) };
  provide(KEY, state);
  return state;
}

export function useModules(): Modules {
  const state = inject(KEY);
  if (state === undefined) throw new Error('useModules needs provideModules above it');
  return state;
}

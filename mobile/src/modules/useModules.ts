import type { CitizenTerritory } from '@alzette/publishing/contract';
import { type InjectionKey, inject, onScopeDispose, provide, readonly, type ShallowRef, shallowRef } from 'vue';
import { cacheAnswer, cachedAnswer } from '../answer-cache/answer-cache.ts';
import { askCitizen } from '../citizen/citizen-api.ts';
import { reading } from '../citizen/paths.ts';

/** Modules of the app that a site can enable; the server may have others. */
export type Module = CitizenTerritory['modules'][number];

export interface Modules {
  /** Whether the site has enabled the module. True until the answer arrives; a module without data shows nothing. */
  has(module: Module): boolean;
  /** Whether the answer of the site, or a stored one, is available. */
  readonly known: Readonly<ShallowRef<boolean>>;
}

const KEY: InjectionKey<Modules> = Symbol('modules');
const KEPT_AS = 'modules';

/** Requests the enabled modules: first the stored answer, then the new one when it arrives. */
export function provideModules(): Modules {
  const on = shallowRef<readonly string[]>();
  const known = shallowRef(false);
  let isFresh = false;

  async function load(): Promise<void> {
    try {
      const { modules } = await askCitizen(reading.territory());
      isFresh = true;
      on.value = modules;
      await cacheAnswer(KEPT_AS, modules);
    } catch {
      // the stored answer stays without a network; an older server has all modules
    }
    known.value = true;
  }

  void cachedAnswer<readonly string[]>(KEPT_AS).then((last) => {
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

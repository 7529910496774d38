import type { Rolldown } from 'vite';

/**
 * The name of the chunk of a module, for `codeSplitting.groups`: one chunk for all that home needs at once. Otherwise
 * the bundler makes one for each set of pages that share modules, and a phone requests sixty files before it shows home.
 */
export function firstLoadChunk(
  entry: string,
): (id: string, context: { getModuleInfo(id: string): Rolldown.ModuleInfo | null }) => string | null {
  let first: Set<string> | undefined;
  return (id, context) => {
    if (first === undefined) {
      first = new Set([entry]);
      // The set grows while it is read.
      for (const each of first)
        for (const imported of context.getModuleInfo(each)?.importedIds ?? []) first.add(imported);
    }
    // Pages import this chunk, and the entry waits for its first page: in one chunk each would wait for the other.
    return id !== entry && first.has(id) ? 'first-load' : null;
  };
}

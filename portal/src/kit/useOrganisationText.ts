import { ask } from '@alzette/web/asking';
import { useTerritory } from '@alzette/web/territory';
import { shallowRef } from 'vue';
import { readableId } from '../format/short-name.ts';
import { useAccess } from '../sign-in/access.ts';

/** The names of organisations by their ids. Communes are known to everyone, the others to administrators. */
export function useOrganisationText() {
  const { territory } = useTerritory();
  const names = shallowRef<ReadonlyMap<string, string>>(new Map());
  if (useAccess().may('administerAll')) void load();

  async function load(): Promise<void> {
    // Without names, the ids are shown in a readable form.
    const { organisations } = await ask<{ organisations: readonly { readonly id: string; readonly name: string }[] }>(
      'GET',
      '/ops/identity/organisations',
    ).catch(() => ({ organisations: [] }));
    names.value = new Map(organisations.map(({ id, name }) => [id, name]));
  }

  return (id: string): string =>
    territory.value?.communes.find(({ scope }) => scope === `/${id}`)?.name ?? names.value.get(id) ?? readableId(id);
}

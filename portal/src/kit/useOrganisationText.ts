import type { CatalogueContract } from '@alzette/identity/contract';
import { CATALOGUE } from '@alzette/identity/paths';
import { useTerritory } from '@alzette/web/territory';
import { shallowRef } from 'vue';
import { service } from '../broker/service.ts';
import { readableId } from '../format/short-name.ts';
import { useAccess } from '../sign-in/access.ts';

/** The names of organisations by their ids. Communes are known to everyone, the others to administrators. */
export function useOrganisationText() {
  const { territory } = useTerritory();
  const names = shallowRef<ReadonlyMap<string, string>>(new Map());
  if (useAccess().may('administerAll')) void load();

  async function load(): Promise<void> {
    // Without names, the ids are shown in a readable form.
    const { organisations } = await service<CatalogueContract>(CATALOGUE)
      .organisations()
      .catch(() => ({ organisations: [] }));
    names.value = new Map(organisations.map(({ id, name }) => [id, name]));
  }

  return (id: string): string =>
    territory.value?.communes.find(({ scope }) => scope === `/${id}`)?.name ?? names.value.get(id) ?? readableId(id);
}

import { useTerritory } from '@alzette/web/territory';

/**
 * Names communes and streets by what the service calls them: `Audun_le_Tiche` and `Audun_le_Tiche/Rue du Puits` by the name
 * of the commune in the territory.
 */
export function useZoneName(): (zone: string) => string {
  const { territory } = useTerritory();
  return (zone) => {
    const [commune = '', ...street] = zone.split('/');
    const known = territory.value?.communes.find(({ scope }) => scope === `/${commune}`);
    return [known?.name ?? commune.replaceAll('_', ' '), ...street].join('/');
  };
}

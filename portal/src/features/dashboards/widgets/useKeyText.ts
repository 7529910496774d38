import type { Grouping } from '@alzette/ngsi-ld-schemas/dashboards';
import { useI18n } from 'vue-i18n';
import { shortId } from '../../../entities/entity-name.ts';
import { useTerritory } from '../../../territory/useTerritory.ts';

/** The label of a row's key: the name of a commune, the end of an entity's id. */
export function useKeyText() {
  const { t, te } = useI18n();
  const { territory } = useTerritory();
  return {
    keyText(key: string | null, group: Grouping | undefined): string {
      if (key === null || key === '/') return t('dashboards.without');
      if (group?.by === 'scope')
        return territory.value?.communes.find(({ scope }) => scope === key)?.name ?? key.slice(1);
      return group?.by === 'entity' ? shortId(key) : key;
    },
    groupText({ by, attribute = '' }: Grouping): string {
      if (by === 'attribute') return attribute;
      const name = `dashboards.by.${by}`;
      return te(name) ? t(name) : by;
    },
  };
}

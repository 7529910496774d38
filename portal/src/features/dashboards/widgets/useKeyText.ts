import type { Grouping } from '@alzette/ngsi-ld-schemas/dashboards';
import { useTerritory } from '@alzette/web/territory';
import { useI18n } from 'vue-i18n';
import { readAttribute } from '../../../entities/attribute.ts';
import { shortId } from '../../../entities/entity-name.ts';
import { useAttributeTexts } from '../../../entities/useAttributeTexts.ts';

/** The label of a row's key: the name of a commune or a type, the word for a code, the end of an entity's id. */
export function useKeyText() {
  const { t, te } = useI18n();
  const { territory } = useTerritory();
  const { kindOf, label, value } = useAttributeTexts();
  return {
    keyText(key: string | null, group: Grouping | undefined): string {
      if (key === null || key === '/') return t('dashboards.without');
      if (group?.by === 'scope')
        return territory.value?.communes.find(({ scope }) => scope === key)?.name ?? key.slice(1);
      if (group?.by === 'type') return kindOf(key);
      if (group?.by === 'attribute') return value({ name: group.attribute ?? '', ...readAttribute(key) });
      return group?.by === 'entity' ? shortId(key) : key;
    },
    groupText({ by, attribute = '' }: Grouping): string {
      if (by === 'attribute') return label(attribute);
      const name = `dashboards.by.${by}`;
      return te(name) ? t(name) : by;
    },
  };
}

import { useI18n } from 'vue-i18n';
import type { ShownLayer } from '../../../entities/known-layers.ts';
import { humanised } from '../../../format/value.ts';
import { inLanguage } from '../../../i18n/in-language.ts';

/** The titles of the map's layers. */
export function useLayerTexts() {
  const { t, te, locale } = useI18n();

  function layerTitle({ title, layer: { type } }: ShownLayer): string {
    if (title !== undefined) return typeof title === 'string' ? title : inLanguage(title, locale.value);
    return te(`type.${type}`) ? t(`type.${type}`, 2) : humanised(type);
  }

  return { layerTitle };
}

import { useI18n } from 'vue-i18n';
import type { ShownLayer } from '../../../entities/known-layers.ts';
import { humanised } from '../../../format/value.ts';

/** The titles of the map's layers. */
export function useLayerTexts() {
  const { t, te } = useI18n();

  function layerTitle({ title, layer: { type } }: ShownLayer): string {
    if (title !== undefined) return title;
    return te(`type.${type}`) ? t(`type.${type}`, 2) : humanised(type);
  }

  return { layerTitle };
}

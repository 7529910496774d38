import { useI18n } from 'vue-i18n';
import type { ShownLayer } from '../../../entities/known-layers.ts';
import { humanised } from '../../../format/value.ts';

/** What layers of the map are called. */
export function useLayerTexts() {
  const { t, te } = useI18n();

  function layerTitle({ title, layer: { type } }: ShownLayer): string {
    if (title !== undefined) return title;
    return te(`type.${type}`) ? t(`type.${type}`, 2) : humanised(type);
  }

  return { layerTitle };
}

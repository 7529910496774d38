import { useAnswer } from '@alzette/web/asking';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { standard } from '../broker/operations.ts';
import { useAttributeTexts } from './useAttributeTexts.ts';

/** The types and attributes of the broker that the reader may see. */
export function useKnownTypes() {
  const { locale } = useI18n();
  const { kindOf } = useAttributeTexts();
  const request = useAnswer('types', (signal) => standard.types({ signal }));
  const types = computed(() => request.data.value?.typeList ?? []);
  return {
    types,
    /** The types by their names in the reader's language. @param also chosen ones, of which there may be no entity */
    choicesOf: (also: readonly string[] = []) =>
      [...new Set([...types.value, ...also])]
        .map((value) => ({ value, title: kindOf(value) }))
        .sort((a, b) => a.title.localeCompare(b.title, locale.value)),
    /** Empty for an unknown type. */
    async attributesOf(type: string): Promise<readonly string[]> {
      if (type === '') return [];
      try {
        const { attributeDetails } = await standard.type({ params: { type } });
        return attributeDetails.map(({ attributeName }) => attributeName).sort();
      } catch {
        return [];
      }
    },
  };
}

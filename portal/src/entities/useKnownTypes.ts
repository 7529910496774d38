import { ask, useAnswer } from '@alzette/web/asking';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { contextLink } from '../broker/context-link.ts';
import { useAttributeTexts } from './useAttributeTexts.ts';

interface TypeInfo {
  readonly attributeDetails: readonly { readonly attributeName: string }[];
}

/** The types and attributes of the broker that the reader may see. */
export function useKnownTypes() {
  const { locale } = useI18n();
  const { kindOf } = useAttributeTexts();
  const request = useAnswer('types', (signal) =>
    ask<{ typeList: string[] }>('GET', '/ngsi-ld/v1/types', undefined, signal, contextLink()),
  );
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
        const path = `/ngsi-ld/v1/types/${encodeURIComponent(type)}`;
        const { attributeDetails } = await ask<TypeInfo>('GET', path, undefined, undefined, contextLink());
        return attributeDetails.map(({ attributeName }) => attributeName).sort();
      } catch {
        return [];
      }
    },
  };
}

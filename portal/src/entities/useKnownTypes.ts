import { computed } from 'vue';
import { ask } from '../broker/ask.ts';
import { contextLink } from '../broker/context-link.ts';
import { useRequest } from '../kit/states/useRequest.ts';

interface TypeInfo {
  readonly attributeDetails: readonly { readonly attributeName: string }[];
}

/** The types and attributes of the broker that the reader may see. */
export function useKnownTypes() {
  const request = useRequest((signal) =>
    ask<{ typeList: string[] }>('GET', '/ngsi-ld/v1/types', undefined, signal, contextLink()),
  );
  return {
    types: computed(() => request.data.value?.typeList ?? []),
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

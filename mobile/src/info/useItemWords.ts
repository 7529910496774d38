import type { Summary } from '@alzette/publishing/contract';
import { useTerritory } from '@alzette/web/territory';
import { useNow } from '@alzette/web/time';
import { useI18n } from 'vue-i18n';
import { useDates } from '../components/useDates.ts';

const MINUTE_MS = 60_000;

/** Who publishes an item, and until when it holds. */
export function useItemWords() {
  const { t } = useI18n();
  const { territory } = useTerritory();
  const { dateTime, time, isSameDay } = useDates();
  const now = useNow(MINUTE_MS);
  return {
    ownerOf({ owner }: Summary): string {
      if (owner === '') return t('info.community');
      return territory.value?.communes.find(({ slug }) => slug === owner)?.name ?? owner;
    },
    /** Undefined: it has no end. */
    untilOf({ expiresAt }: Summary): string | undefined {
      if (expiresAt === undefined) return undefined;
      const isToday = isSameDay(expiresAt, now.value);
      return isToday ? t('info.untilToday', { time: time(expiresAt) }) : t('info.until', { when: dateTime(expiresAt) });
    },
    /** The language of its sentences. Undefined for a place that has a name only. */
    languageOf: ({ kind, language, summary, html }: Summary & { readonly html?: string }) =>
      kind === 'place' && !summary && !html ? undefined : language,
    /** Answers that the device kept may contain what has ended meanwhile. */
    isOver: ({ expiresAt }: Summary) => expiresAt !== undefined && Date.parse(expiresAt) <= now.value,
  };
}

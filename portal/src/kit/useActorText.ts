import { useI18n } from 'vue-i18n';
import { readableId } from '../format/short-name.ts';

/** Kinds of callers without a name of their own. */
const ALONE = new Set(['open', 'anonymous']);
const RULE = /^urn:[^:]+:Rule:(.+)$/;
const KIND = /^(service|key|client|token|user):(.+)$/;

/** Who did something, as a journal or the audit names them: `service:demo` is "Service demo". */
export function useActorText() {
  const { t } = useI18n();
  /** @param people names by the ids of accounts */
  return (actor: string, people?: ReadonlyMap<string, string>): string => {
    if (ALONE.has(actor)) return t(`kit.actor.${actor}`);
    const [, rule] = RULE.exec(actor) ?? [];
    if (rule !== undefined) return t('kit.actor.rule', { name: rule });
    const [, kind, id = ''] = KIND.exec(actor) ?? [];
    if (kind === undefined) return actor;
    if (kind === 'token' || kind === 'user') return people?.get(id) ?? t('kit.actor.somebody');
    return t(`kit.actor.${kind}`, { name: readableId(id) });
  };
}

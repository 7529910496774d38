import { useI18n } from 'vue-i18n';
import { formatValue, humanised } from '../format/value.ts';
import { readAttribute } from './attribute.ts';
import type { NamedReading } from './entity-attributes.ts';
import type { EntityView } from './entity-view.ts';

/** Labels and values in the reader's language; what is not translated is shown as it stands. */
export function useAttributeTexts() {
  const { t, te, locale } = useI18n();

  function label(name: string): string {
    const key = `attribute.${name}`;
    return te(key) ? t(key) : humanised(name);
  }

  function value({ name, value, unitCode }: NamedReading): string {
    const parts = Array.isArray(value) ? value : [value];
    const texts = parts.map((part) => {
      const key = `value.${name}.${part}`;
      return typeof part === 'string' && te(key) ? t(key) : formatValue(name, part, unitCode, locale.value);
    });
    return texts.join(', ');
  }

  /** A type in the reader's words: `Streetlight` is a lamp; what is not translated is told in the words of its name. */
  function kindOf(type: string): string {
    return te(`type.${type}`) ? t(`type.${type}`, 1) : humanised(type);
  }

  /** What an entity is, in a word or two: `Lamp`, `Container · glass`. */
  function kind({ type, document }: Pick<EntityView, 'type' | 'document'>): string {
    return [kindOf(type), wasteKind(document)].filter(Boolean).join(' · ');
  }

  /** What goes into a container; empty when nothing says so. */
  function wasteKind({ storedWasteKind }: EntityView['document']): string {
    return storedWasteKind === undefined ? '' : value({ name: 'storedWasteKind', ...readAttribute(storedWasteKind) });
  }

  /** A state of a known type in the reader's words; a class of a layer that somebody made is called as they call it. */
  function stateText(state: string): string {
    return te(`state.${state}`) ? t(`state.${state}`) : state;
  }

  return { label, value, kind, kindOf, wasteKind, stateText };
}

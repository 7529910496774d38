import { useI18n } from 'vue-i18n';
import { shortName } from '../format/short-name.ts';
import { formatValue, humanised } from '../format/value.ts';
import { readAttribute } from './attribute.ts';
import type { NamedReading } from './entity-attributes.ts';
import type { EntityView } from './entity-view.ts';

/** Labels and values in the reader's language; those without a translation stay unchanged. */
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

  /**
   * The name of a type in the reader's language (`Streetlight` is a lamp); without a translation, the words of the
   * type's name.
   */
  function kindOf(type: string): string {
    const name = shortName(type);
    return te(`type.${name}`) ? t(`type.${name}`, 1) : humanised(name);
  }

  /** A short description of an entity: `Lamp`, `Container · glass`. */
  function kind({ type, document }: Pick<EntityView, 'type' | 'document'>): string {
    return [kindOf(type), wasteKind(document)].filter(Boolean).join(' · ');
  }

  /** The waste stream of a container; empty if unknown. */
  function wasteKind({ storedWasteKind }: EntityView['document']): string {
    return storedWasteKind === undefined ? '' : value({ name: 'storedWasteKind', ...readAttribute(storedWasteKind) });
  }

  /** A state of a known type in the reader's language, or the title of a class in a user's layer. */
  function stateText(state: string): string {
    return te(`state.${state}`) ? t(`state.${state}`) : state;
  }

  return { label, value, kind, kindOf, wasteKind, stateText };
}

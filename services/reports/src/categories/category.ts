import type { Category, Contact, PublicCategory, Texts } from '../contract/categories.ts';

/** Communes and the community are ours; for others, a contact is shown. */
export function isOurs({ competence }: Pick<Category, 'competence'>): boolean {
  return competence === 'community' || competence === 'commune';
}

/** Who is responsible in a commune, by its slug. */
export function contactAt(
  { contact, contacts }: Pick<Category, 'contact' | 'contacts'>,
  commune: string,
): Contact | undefined {
  return contacts.find(({ communes }) => communes.includes(commune)) ?? contact;
}

/** @param hasMail whether the product can write to those who are responsible */
export function publicCategory(
  { isActive: _isActive, organisation: _organisation, contact, contacts, ...category }: Category,
  hasMail: boolean,
): PublicCategory {
  const shown = <T extends Contact>({ email, ...rest }: T) => ({ ...rest, isPassedOn: hasMail && email !== undefined });
  return {
    ...category,
    ...(contact !== undefined && { contact: shown(contact) }),
    contacts: contacts.map(shown),
    isOurs: isOurs(category),
  };
}

/** The text in a language, or else in French. */
export function inLanguage(texts: Texts, language: keyof Texts): string {
  return texts[language] ?? texts.fr;
}

import type { Category, Contact, GivenCategory, PublicCategory, Texts } from '../contract/categories.ts';

type Defaulted = 'code' | 'keywords' | 'assetTypes' | 'questions' | 'isActive';

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

/** Whether the desk can pass reports on to them. */
export function isReached({ email, open311 }: Pick<Contact, 'email' | 'open311'>, hasMail: boolean): boolean {
  return open311 !== undefined || (hasMail && email !== undefined);
}

/** @param hasMail whether the product can write to those who are responsible */
export function publicCategory(
  { isActive: _isActive, organisation: _organisation, contact, contacts, ...category }: Category,
  hasMail: boolean,
): PublicCategory {
  const shown = <T extends Contact>({ email, open311, ...rest }: T) => ({
    ...rest,
    isPassedOn: isReached({ email, open311 }, hasMail),
  });
  return {
    ...category,
    ...(contact !== undefined && { contact: shown(contact) }),
    contacts: contacts.map(shown),
    isOurs: isOurs(category),
  };
}

/** The keys of partners, by address, are kept apart from what everybody of the desk reads. */
export function withoutKeys({
  contact,
  contacts,
  ...category
}: Omit<GivenCategory, Defaulted | 'contacts'> &
  Pick<Category, Defaulted> &
  Pick<Required<GivenCategory>, 'contacts'>): {
  readonly category: Category;
  readonly keys: ReadonlyMap<string, string>;
} {
  const keys = new Map<string, string>();
  const kept = <T extends NonNullable<GivenCategory['contact']>>({ open311, ...rest }: T) => {
    if (open311 === undefined) return rest;
    const { apiKey, ...partner } = open311;
    if (apiKey !== undefined) keys.set(partner.url, apiKey);
    return { ...rest, open311: partner };
  };
  const without = {
    ...category,
    ...(contact !== undefined && { contact: kept(contact) }),
    contacts: contacts.map(kept),
  };
  return { category: without, keys };
}

/** The text in a language, or else in French. */
export function inLanguage(texts: Texts, language: keyof Texts): string {
  return texts[language] ?? texts.fr;
}

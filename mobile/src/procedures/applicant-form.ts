import type { CompiledForm, Field, OneProcedure } from '@alzette/procedures/contract';
import { formOfPage } from '@alzette/web/procedure-forms';
import { ownWords } from './own-words.ts';

/** The page about the sender, as a form like the others: who it is, how to reach them, and for whom they ask. */
export function applicantForm(
  { audience, contact }: Pick<OneProcedure, 'audience' | 'contact'>,
  t: (key: string) => string,
): CompiledForm {
  const label = (key: string) => ownWords(t(`procedures.applicant.${key}`));
  const fields: Field[] = [
    ...(audience.length > 1
      ? [
          {
            id: 'kind',
            kind: 'oneOf' as const,
            label: label('kind'),
            required: true,
            options: audience.map((value) => ({ value, label: label(value) })),
          },
        ]
      : []),
    { id: 'name', kind: 'text', label: label('name'), required: true, maxLength: 200, autocomplete: 'name' },
    {
      id: 'email',
      kind: 'email',
      label: label('email'),
      hint: label(contact.email === 'required' ? 'emailHint' : 'emailOptional'),
      required: contact.email === 'required',
      autocomplete: 'email',
    },
    ...(contact.phone === 'none'
      ? []
      : [
          {
            id: 'phone',
            kind: 'phone' as const,
            label: label('phone'),
            example: '+352 621 123 456',
            required: contact.phone === 'required',
            autocomplete: 'tel' as const,
          },
        ]),
    { id: 'forName', kind: 'text', label: label('forName'), hint: label('forNameHint'), maxLength: 200 },
  ];
  return formOfPage('applicant', ownWords(t('procedures.applicant.title')), fields);
}

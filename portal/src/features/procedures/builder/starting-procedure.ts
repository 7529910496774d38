import type { Procedure } from '@alzette/procedures/contract';

/**
 * A procedure to begin with: one question, two months, and a decision by letter. Everything in it can be changed.
 * Longer than 80 lines: one document.
 */
export function startingProcedure(title: string): Procedure {
  return {
    title: { fr: title },
    summary: { fr: title },
    topic: 'other',
    audience: ['citizen'],
    contact: { email: 'required', phone: 'optional' },
    service: { name: { fr: 'Accueil', en: 'Reception', de: 'Empfang', lb: 'Accueil' } },
    form: {
      sections: [
        {
          id: 'request',
          title: { fr: 'Votre demande', en: 'Your request', de: 'Ihr Antrag', lb: 'Är Ufro' },
          fields: [
            {
              id: 'text',
              kind: 'longText',
              label: {
                fr: 'Que demandez-vous ?',
                en: 'What do you ask for?',
                de: 'Was beantragen Sie?',
                lb: 'Wat frot Dir?',
              },
              required: true,
            },
          ],
        },
      ],
    },
    deadline: { amount: 2, unit: 'months', silence: 'acceptance', resume: 'reset' },
    missingPartsDays: 15,
    functions: [],
    states: [
      {
        id: 'received',
        name: { fr: 'Reçue', en: 'Received', de: 'Eingegangen', lb: 'Ukomm' },
        kind: 'open',
        actions: [
          {
            id: 'accept',
            name: { fr: 'Accepter', en: 'Accept', de: 'Annehmen', lb: 'Unhuelen' },
            to: 'accepted',
            letter: {
              fr: 'Votre demande {reference} est acceptée.',
              en: 'Your request {reference} is accepted.',
              de: 'Ihr Antrag {reference} ist genehmigt.',
              lb: 'Är Ufro {reference} ass ugeholl.',
            },
          },
          {
            id: 'refuse',
            name: { fr: 'Refuser', en: 'Refuse', de: 'Ablehnen', lb: 'Ofleenen' },
            to: 'refused',
            needsReason: true,
            letter: {
              fr: 'Votre demande {reference} est refusée : {reason}',
              en: 'Your request {reference} is refused: {reason}',
              de: 'Ihr Antrag {reference} ist abgelehnt: {reason}',
              lb: 'Är Ufro {reference} ass ofgeleent: {reason}',
            },
          },
        ],
      },
      {
        id: 'accepted',
        name: { fr: 'Acceptée', en: 'Accepted', de: 'Genehmigt', lb: 'Ugeholl' },
        kind: 'accepted',
        actions: [],
      },
      {
        id: 'refused',
        name: { fr: 'Refusée', en: 'Refused', de: 'Abgelehnt', lb: 'Ofgeleent' },
        kind: 'refused',
        actions: [],
      },
    ],
    privacy: {
      purpose: {
        fr: 'Répondre à votre demande.',
        en: 'Answer your request.',
        de: 'Ihren Antrag beantworten.',
        lb: 'Är Ufro beäntweren.',
      },
      legalBasis: 'publicTask',
      keepDays: 365,
    },
  };
}

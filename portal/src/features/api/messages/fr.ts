import type { messages as en } from './en.ts';

export const messages: typeof en = {
  page: 'Essayer l’API',
  intro:
    'Toutes les opérations de la plateforme, à essayer d’ici : ce que vous envoyez est exécuté. Connecté, on agit avec ses propres droits ; « Authorize » prend une clé ou un jeton à la place.',
  document: 'Le document lui-même (OpenAPI 3.1)',
  loading: 'Chargement des opérations',
  failed: 'Les opérations n’ont pas pu être chargées.',
};

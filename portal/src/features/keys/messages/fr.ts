import type { messages as en } from './en.ts';

export const messages: typeof en = {
  page: 'Mes clés',
  intro:
    'Une clé permet à un de vos programmes de lire ou d’envoyer des données sans mot de passe. Elle peut au plus ce que vous pouvez déléguer, et cesse avec vos droits.',
  nobody: 'Les clés vont avec un compte, et l’accès est libre ici : vos programmes n’ont besoin d’aucune clé.',
  loading: 'Chargement de vos clés',
  signInAgainText:
    'Créer ou remplacer une clé demande une connexion de moins de dix minutes. Vos clés restent comme elles sont.',
  new: 'Une nouvelle clé',
  title: 'À quoi elle sert',
  titleHint: 'Pour la reconnaître, par exemple « Flux de la station météo »',
  for: 'Elle vaut pour',
  writes: 'Elle peut aussi modifier des données',
  make: 'Créer la clé',
  made: 'La clé « {title} » est prête',
  madeText: 'Copiez-la maintenant : elle n’est montrée qu’une fois et n’est gardée nulle part.',
  copy: 'Copier',
  copied: 'Copiée',
  howTo: 'Les programmes l’envoient dans l’en-tête',
  nothing:
    'Il n’y a rien que vous puissiez déléguer à une clé. Demandez à un administrateur une règle qui le permette.',
  yours: 'Vos clés et celles de votre organisation',
  none: 'Il n’y en a pas encore.',
  scope: {
    read: 'lit',
    write: 'écrit',
  },
  ofColleague: 'créée par un collègue',
  state: {
    revoked: 'Révoquée',
    expired: 'Expirée',
  },
  until: 'valable jusqu’au {date}',
  lastUsed: 'dernier usage le {date}',
  neverUsed: 'jamais utilisée',
  usage: '{requests} requêtes en 30 jours, dont {refused} refusées',
  rotate: 'Remplacer',
  revoke: 'Révoquer',
  cancel: 'La garder',
  sure: {
    rotate: 'Une nouvelle clé est créée et celle-ci cesse aussitôt. La remplacer ?',
    revoke: 'Ce qui l’utilise est bloqué aussitôt. La révoquer ?',
  },
};

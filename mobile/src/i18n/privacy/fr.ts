/** Texts of the pages about privacy, help and accessibility. */
export const privacy = {
  title: 'Vie privée',
  lead: 'L’application marche sans compte et ne suit personne. Voici tout ce qui est gardé, où, et comment le reprendre ou l’effacer.',
  leadEasy: 'Vous n’avez pas besoin de compte. Personne ne vous suit. Vous pouvez tout effacer.',
  onDevice: 'Sur cet appareil',
  device: {
    settings: 'Vos réglages : langue, communes, thèmes, heures calmes, affichage, lieu choisi.',
    content: 'Les derniers contenus affichés, pour les lire sans réseau.',
    name: 'Un nom tiré au hasard, donné avec une réponse à un sondage ou un « moi aussi », pour ne compter qu’une fois.',
    reports:
      'Aucun signalement. | 1 signalement, avec son lien secret. | {count} signalements, avec leurs liens secrets.',
    push: 'La clé qui permet de changer ou d’arrêter les notifications de cet appareil.',
  },
  atServer: 'Sur le serveur de la collectivité',
  server: {
    report:
      'De chaque signalement : la catégorie, le lieu, les mots et les photos. Au bout d’un an, ce qui pourrait désigner quelqu’un est retiré.',
    push: 'Si vous activez les notifications : l’adresse de l’appareil, chiffrée, et ce qu’il suit. Pas de nom.',
    poll: 'D’une réponse à un sondage : une empreinte du nom tiré au hasard, jamais le nom.',
    search: 'D’une recherche : le serveur lit les mots pour répondre, sans les garder.',
    account: 'Si vous ouvrez un compte : ce qu’il contient se voit et s’efface dans « Mon compte ».',
  },
  never: 'Ce qui n’est jamais fait',
  not: {
    position: 'Votre position n’est ni gardée ni envoyée, sauf comme lieu d’un signalement que vous envoyez.',
    tracking: 'Ni publicité, ni mesure d’audience, ni cookie.',
    others: 'Aucun code ni service d’un tiers : l’application ne parle qu’au serveur de la collectivité.',
  },
  export: 'Reprendre mes données',
  exportText: 'Tout ce que garde cet appareil et ce que le serveur sait de ses signalements.',
  zip: 'ZIP, avec les photos',
  erase: 'Tout effacer',
  eraseText: 'Efface les signalements de cet appareil sur le serveur, puis tout ce que l’appareil garde.',
  sure: 'Effacer pour de bon ?',
  eraseYes: 'Oui, effacer',
  keep: 'Garder',
  erased: 'Tout est effacé.',
  left: '1 signalement reste à effacer : réessayez avec du réseau. | {count} signalements restent à effacer : réessayez avec du réseau.',
};

export const help = { title: 'Aide' };

export const accessibility = {
  title: 'Accessibilité',
  write: 'À qui écrire : l’annuaire des mairies et services',
};

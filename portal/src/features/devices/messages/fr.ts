import type { messages as en } from './en.ts';

export const messages: typeof en = {
  onboarding: {
    title: 'Ajouter un capteur',
    sources: 'Sources de données',
    intro:
      'Laissez le capteur émettre vers son serveur de réseau, et celui-ci vers nous : il apparaît ci-dessous. Indiquez comment lire sa trame et ce que sont ses valeurs ; l’aperçu montre le résultat sur ses propres trames.',
    connect: {
      title: 'Connecter',
      server: 'Serveur de réseau',
      mqtt: 'Par MQTT',
      host: 'hôte',
      port: 'port',
      topic: 'sujet',
      tls: 'avec TLS',
      noTls: 'sans TLS',
      webhook: 'Ou par webhook',
      secrets: 'L’un et l’autre demandent un secret, qu’un administrateur leur donne',
      heard: 'Aucun capteur entendu | Un capteur attend d’être enregistré | {n} capteurs attendent d’être enregistrés',
      waiting: 'En attente du premier message d’un capteur qui n’est pas enregistré…',
      frames: '{n} trame | {n} trames',
    },
    decode: {
      title: 'Décoder',
      codec: 'Coller le codec du fabricant',
      'cayenne-lpp': 'Cayenne LPP',
      'network-server': 'Décodé par le serveur de réseau',
      codecHint:
        'JavaScript avec decodeUplink(input), tel que les fabricants le publient (TS013). Il s’exécute en bac à sable.',
      file: 'Depuis un fichier',
    },
    mapping: {
      title: 'Associer',
      type: 'Type d’entité',
      id: 'Identifiant de l’entité (URI)',
      name: 'Nom',
      position: 'Latitude, longitude',
      positionWrong: 'Latitude et longitude attendues, par exemple 49.4680, 5.9310',
      empty: 'Dès qu’une trame est décodée, ses valeurs sont listées ici.',
      expression: 'Valeur (JEXL)',
      attribute: 'Attribut',
      unit: 'Unité',
      ignored: 'non conservée',
    },
    preview: {
      title: 'Aperçu',
      empty: 'Choisissez un capteur : ses dernières trames s’affichent ici telles qu’elles seraient enregistrées.',
      port: 'port {port}',
    },
    lacks: {
      device: 'Choisissez d’abord un capteur.',
      asset: 'Indiquez l’équipement qu’il mesure.',
      mapping: 'Associez au moins une de ses valeurs à un attribut.',
      position: 'La position ne se lit pas.',
    },
    save: 'Enregistrer le capteur',
    saved: {
      title: 'Le capteur est enregistré',
      text: 'Ses trames en attente sont enregistrées sous {id} ; désormais chaque message le met à jour.',
      map: 'Voir sur la carte',
      again: 'En ajouter un autre',
    },
  },
};

import type { messages as en } from './en.ts';

export const messages: typeof en = {
  title: 'Carte',
  list: {
    title: 'Équipements',
    label: 'Équipements affichés sur la carte',
    search: 'Nom, rue, commune…',
    searchLabel: 'Chercher un équipement',
    state: 'État',
    types: 'Types affichés',
    attention: 'À surveiller',
    count: '{n} affiché | {n} affichés',
    clear: 'Effacer les filtres',
    empty: 'Rien ne correspond à ces filtres.',
    nothing: 'Pas encore d’équipement',
    nothingText: 'Dès qu’un capteur émet, il apparaît ici et sur la carte.',
    loading: 'Chargement des équipements…',
    measured: 'mesuré {age}',
    hint: 'Les flèches parcourent la liste, Entrée ouvre.',
  },
  sheet: {
    grow: 'Agrandir le panneau',
    shrink: 'Réduire le panneau',
  },
  totals: {
    title: 'Totaux du territoire',
    lampsOn: 'Points lumineux allumés',
    lampsOff: 'Points lumineux éteints',
    lampsDefective: 'Points lumineux en panne',
    containersFull: 'Conteneurs à plus de 80 %',
    short: { lampsOn: 'allumés', lampsOff: 'éteints', lampsDefective: 'en panne', containersFull: 'pleins' },
    lastObservation: 'Dernière mesure : {age}',
    none: 'aucune',
  },
  skipToList: 'Aller à la liste',
};

import type { messages as en } from './en.ts';

export const messages: typeof en = {
  title: 'Karte',
  list: {
    title: 'Anlagen',
    label: 'Auf der Karte gezeigte Anlagen',
    search: 'Name, Straße, Gemeinde …',
    searchLabel: 'Anlagen suchen',
    state: 'Zustand',
    types: 'Gezeigte Arten',
    attention: 'Zu beachten',
    count: '{n} gezeigt | {n} gezeigt',
    clear: 'Filter löschen',
    empty: 'Nichts passt zu diesen Filtern.',
    nothing: 'Noch keine Anlage',
    nothingText: 'Sobald ein Gerät sendet, erscheint es hier und auf der Karte.',
    loading: 'Anlagen werden geladen …',
    measured: 'gemessen {age}',
    hint: 'Pfeiltasten gehen durch die Liste, Eingabe öffnet.',
  },
  sheet: { grow: 'Feld vergrößern', shrink: 'Feld verkleinern' },
  totals: {
    title: 'Summen des Gebiets',
    lampsOn: 'Leuchten an',
    lampsOff: 'Leuchten aus',
    lampsDefective: 'Leuchten defekt',
    containersFull: 'Container über 80 %',
    short: { lampsOn: 'an', lampsOff: 'aus', lampsDefective: 'defekt', containersFull: 'voll' },
    lastObservation: 'Letzte Messung: {age}',
    none: 'noch keine',
  },
  skipToList: 'Zur Liste springen',
};

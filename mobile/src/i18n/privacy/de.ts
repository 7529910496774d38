import type { Messages } from '../fr.ts';

export const privacy: Messages['privacy'] = {
  title: 'Datenschutz',
  lead: 'Die App geht ohne Konto und verfolgt niemanden. Hier steht alles, was aufbewahrt wird, wo, und wie Sie es mitnehmen oder löschen.',
  leadEasy: 'Sie brauchen kein Konto. Niemand verfolgt Sie. Sie können alles löschen.',
  onDevice: 'Auf diesem Gerät',
  device: {
    settings: 'Ihre Einstellungen: Sprache, Gemeinden, Themen, Ruhezeiten, Darstellung, gewählter Ort.',
    content: 'Was zuletzt gezeigt wurde, damit es ohne Netz zu lesen ist.',
    name: 'Ein zufälliger Name, der mit einer Antwort auf eine Umfrage oder einem „Ich auch“ geht, damit sie einmal zählt.',
    reports: 'Keine Meldung. | 1 Meldung mit ihrem geheimen Link. | {count} Meldungen mit ihren geheimen Links.',
    push: 'Der Schlüssel, mit dem die Mitteilungen dieses Geräts geändert oder beendet werden.',
  },
  atServer: 'Auf dem Server der Gemeinschaft',
  server: {
    report:
      'Von jeder Meldung: Kategorie, Ort, Worte und Fotos. Nach einem Jahr wird entfernt, was jemanden benennen könnte.',
    push: 'Wenn Sie Mitteilungen einschalten: die Adresse des Geräts, verschlüsselt, und was es verfolgt. Kein Name.',
    poll: 'Von einer Antwort auf eine Umfrage: ein Fingerabdruck des zufälligen Namens, nie der Name.',
    search: 'Von einer Suche: Der Server liest die Wörter, um zu antworten, und behält sie nicht.',
    account: 'Wenn Sie ein Konto haben: Was es enthält, ist unter „Mein Konto“ zu sehen und zu löschen.',
  },
  never: 'Was nie geschieht',
  not: {
    position: 'Ihr Standort wird weder aufbewahrt noch gesendet, außer als Ort einer Meldung, die Sie senden.',
    tracking: 'Keine Werbung, keine Messung der Nutzung, keine Cookies.',
    others: 'Kein Code und kein Dienst Dritter: Die App spricht nur mit dem Server der Gemeinschaft.',
  },
  export: 'Meine Daten mitnehmen',
  exportText: 'Alles, was dieses Gerät aufbewahrt, und was der Server von seinen Meldungen weiß.',
  zip: 'ZIP, mit Fotos',
  erase: 'Alles löschen',
  eraseText: 'Löscht die Meldungen dieses Geräts auf dem Server, dann alles, was das Gerät aufbewahrt.',
  sure: 'Endgültig löschen?',
  eraseYes: 'Ja, löschen',
  keep: 'Behalten',
  erased: 'Alles ist gelöscht.',
  left: '1 Meldung ist noch zu löschen: Versuchen Sie es mit Netz noch einmal. | {count} Meldungen sind noch zu löschen: Versuchen Sie es mit Netz noch einmal.',
};

export const help: Messages['help'] = { title: 'Hilfe' };

export const accessibility: Messages['accessibility'] = {
  title: 'Barrierefreiheit',
  write: 'An wen schreiben: das Verzeichnis der Rathäuser und Dienste',
};

import type { messages as en } from './en.ts';

export const messages: typeof en = {
  onboarding: {
    title: 'Gerät hinzufügen',
    sources: 'Datenquellen',
    intro:
      'Lassen Sie das Gerät an seinen Netzwerkserver senden und diesen an uns: Es erscheint unten. Sagen Sie, wie sein Rahmen gelesen wird und was seine Werte sind; die Vorschau zeigt das Ergebnis an seinen eigenen Rahmen.',
    connect: {
      title: 'Verbinden',
      server: 'Netzwerkserver',
      mqtt: 'Per MQTT',
      host: 'Host',
      port: 'Port',
      topic: 'Thema',
      tls: 'mit TLS',
      noTls: 'ohne TLS',
      webhook: 'Oder als Webhook',
      secrets: 'Beide verlangen ein Geheimnis, das die Verwaltung ihnen gibt',
      heard: 'Noch kein Gerät gehört | Ein Gerät wartet auf die Anmeldung | {n} Geräte warten auf die Anmeldung',
      waiting: 'Wartet auf die erste Nachricht eines Geräts, das nicht angemeldet ist …',
      frames: '{n} Rahmen | {n} Rahmen',
    },
    decode: {
      title: 'Dekodieren',
      codec: 'Codec des Herstellers einfügen',
      'cayenne-lpp': 'Cayenne LPP',
      'network-server': 'Vom Netzwerkserver dekodiert',
      codecHint:
        'JavaScript mit decodeUplink(input), wie Hersteller es veröffentlichen (TS013). Es läuft in einem abgeschlossenen Bereich.',
      file: 'Aus einer Datei',
    },
    mapping: {
      title: 'Zuordnen',
      type: 'Art der Entität',
      id: 'Kennung der Entität (URI)',
      name: 'Name',
      position: 'Breite, Länge',
      positionWrong: 'Erwartet werden Breite und Länge, etwa 49.4680, 5.9310',
      empty: 'Sobald ein Rahmen dekodiert ist, stehen seine Werte hier.',
      expression: 'Wert (JEXL)',
      attribute: 'Attribut',
      unit: 'Einheit',
      ignored: 'nicht behalten',
    },
    preview: {
      title: 'Vorschau',
      empty: 'Wählen Sie ein Gerät: Seine letzten Rahmen stehen hier, wie sie gespeichert würden.',
      port: 'Port {port}',
    },
    lacks: {
      device: 'Wählen Sie zuerst ein Gerät.',
      asset: 'Sagen Sie, welche Anlage es misst.',
      mapping: 'Ordnen Sie mindestens einen seiner Werte einem Attribut zu.',
      position: 'Die Lage ist nicht lesbar.',
    },
    save: 'Gerät anmelden',
    saved: {
      title: 'Das Gerät ist angemeldet',
      text: 'Seine wartenden Rahmen sind unter {id} gespeichert; ab jetzt aktualisiert jede Nachricht die Anlage.',
      map: 'Auf der Karte zeigen',
      again: 'Weiteres hinzufügen',
    },
  },
};

import type { messages as en } from './en.ts';

export const messages: typeof en = {
  onboarding: {
    title: 'Gerät derbäisetzen',
    sources: 'Datequellen',
    intro:
      'Loosst d’Gerät op säin Netzwierkserver schécken an deen op eis: Et erschéngt hei ënnen. Sot, wéi säi Frame gelies gëtt a wat seng Wäerter sinn; d’Virschau weist d’Resultat op senge eegene Framen.',
    connect: {
      title: 'Verbannen',
      server: 'Netzwierkserver',
      mqtt: 'Iwwer MQTT',
      host: 'Host',
      port: 'Port',
      topic: 'Thema',
      tls: 'mat TLS',
      noTls: 'ouni TLS',
      webhook: 'Oder als Webhook',
      secrets: 'Allenzwee froen e Geheimnis, dat d’Verwaltung hinne gëtt',
      heard: 'Nach kee Gerät héieren | E Gerät waart op d’Umeldung | {n} Geräter waarden op d’Umeldung',
      waiting: 'Waart op den éischte Message vun engem Gerät, dat net ugemellt ass…',
      frames: '{n} Frame | {n} Framen',
    },
    decode: {
      title: 'Dekodéieren',
      codec: 'Codec vum Hiersteller apechen',
      'cayenne-lpp': 'Cayenne LPP',
      'network-server': 'Vum Netzwierkserver dekodéiert',
      codecHint:
        'JavaScript mat decodeUplink(input), wéi d’Hiersteller et publizéieren (TS013). Et leeft an engem ofgeschlossene Beräich.',
      file: 'Aus enger Datei',
    },
    mapping: {
      title: 'Zouuerdnen',
      type: 'Zort vun der Entitéit',
      id: 'Id vun der Entitéit (URI)',
      name: 'Numm',
      position: 'Breet, Längt',
      positionWrong: 'Erwaart gi Breet a Längt, z. B. 49.4680, 5.9310',
      empty: 'Soubal e Frame dekodéiert ass, stinn seng Wäerter hei.',
      expression: 'Wäert (JEXL)',
      attribute: 'Attribut',
      unit: 'Eenheet',
      ignored: 'net behalen',
    },
    preview: {
      title: 'Virschau',
      empty: 'Wielt e Gerät: Seng lescht Frame stinn hei, wéi se gespäichert géifen.',
      port: 'Port {port}',
    },
    lacks: {
      device: 'Wielt fir d’éischt e Gerät.',
      asset: 'Sot, wéi eng Anlag et moosst.',
      mapping: 'Uerdent mindestens ee vu senge Wäerter engem Attribut zou.',
      position: 'D’Plaz ass net ze liesen.',
    },
    save: 'Gerät umellen',
    saved: {
      title: 'D’Gerät ass ugemellt',
      text: 'Seng waarend Frame sinn ënner {id} gespäichert; vun elo un aktualiséiert all Message d’Anlag.',
      map: 'Op der Kaart weisen',
      again: 'Nach eent derbäisetzen',
    },
  },
};

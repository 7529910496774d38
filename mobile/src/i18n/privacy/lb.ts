import type { Messages } from '../fr.ts';

export const privacy: Messages['privacy'] = {
  title: 'Privatsphär',
  lead: 'D’App geet ouni Kont a verfollegt keen. Hei steet alles wat versuergt gëtt, wou, a wéi Dir et mathuelt oder läscht.',
  leadEasy: 'Dir braucht kee Kont. Kee verfollegt Iech. Dir kënnt alles läschen.',
  onDevice: 'Op dësem Apparat',
  device: {
    settings: 'Är Astellungen: Sprooch, Gemengen, Themen, roueg Stonnen, Affichage, gewielte Plaz.',
    content: 'Wat fir d’lescht gewise gouf, fir et ouni Netz ze liesen.',
    name: 'En zoufällegen Numm, dee mat enger Äntwert op eng Ëmfro oder engem „Ech och“ geet, fir datt si eemol zielt.',
    reports: 'Keng Meldung. | 1 Meldung mat hirem geheime Link. | {count} Meldunge mat hire geheime Linken.',
    push: 'De Schlëssel, mat deem d’Notifikatioune vun dësem Apparat geännert oder gestoppt ginn.',
  },
  atServer: 'Um Server vun der Gemeinschaft',
  server: {
    report:
      'Vun all Meldung: Kategorie, Plaz, Wierder a Fotoen. No engem Joer gëtt ewechgeholl wat engem säin Numm verrode kéint.',
    push: 'Wann Dir Notifikatiounen aschalt: d’Adress vum Apparat, verschlësselt, a wat e verfollegt. Keen Numm.',
    poll: 'Vun enger Äntwert op eng Ëmfro: e Fangerofdrock vum zoufällegen Numm, ni den Numm.',
    search: 'Vun enger Sich: de Server liest d’Wierder fir z’äntweren, an hält se net.',
    account: 'Wann Dir e Kont hutt: wat dra steet, gesitt a läscht Dir ënner „Mäi Kont“.',
  },
  never: 'Wat ni geschitt',
  not: {
    position: 'Är Plaz gëtt weder versuergt nach geschéckt, ausser als Plaz vun enger Meldung déi Dir schéckt.',
    tracking: 'Keng Reklamm, keng Moossung, keng Cookien.',
    others: 'Kee Code a kee Service vun aneren: d’App schwätzt nëmme mam Server vun der Gemeinschaft.',
  },
  export: 'Meng Donnéeën mathuelen',
  exportText: 'Alles wat dësen Apparat versuergt, a wat de Server vu senge Meldunge weess.',
  zip: 'ZIP, mat Fotoen',
  erase: 'Alles läschen',
  eraseText: 'Läscht d’Meldunge vun dësem Apparat um Server, dann alles wat den Apparat versuergt.',
  sure: 'Endgülteg läschen?',
  eraseYes: 'Jo, läschen',
  keep: 'Halen',
  erased: 'Alles ass geläscht.',
  left: '1 Meldung bleift ze läschen: probéiert nach eng Kéier mat Netz. | {count} Meldunge bleiwen ze läschen: probéiert nach eng Kéier mat Netz.',
};

export const help: Messages['help'] = { title: 'Hëllef' };

export const accessibility: Messages['accessibility'] = {
  title: 'Accessibilitéit',
  write: 'U wie schreiwen: d’Verzeechnes vun de Gemengen a Servicer',
};

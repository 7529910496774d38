export {
  anyText,
  choice,
  commaList,
  hostName,
  isLoopback,
  network,
  numberOf,
  onOff,
  port,
  portOrOff,
  postgresUrl,
  type SettingKind,
  textFile,
  urlOf,
  wholeNumberOf,
} from './kinds.ts';
export {
  optionalSetting,
  type ReadSettings,
  readSettings,
  type Setting,
  SettingsError,
  type SettingsTable,
  type SettingValues,
  setting,
} from './read-settings.ts';
export { type SettingsTexts, settingsPage } from './settings-page.ts';

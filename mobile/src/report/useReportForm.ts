import type { Asset, PublicCategory } from '@alzette/reports/contract';
import { computed, shallowReactive, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { citizenReports } from '../citizen/citizen-api.ts';
import { knownRefusal, type Refusal } from '../citizen/refusal.ts';
import { useCitizen } from '../citizen/useCitizen.ts';
import { deviceName } from '../info/device.ts';
import { usePlace } from '../place/usePlace.ts';
import { keptEndpoint } from '../settings/push.ts';
import type { Position } from '../territory/distance.ts';
import { useDrafts } from './drafts/useDrafts.ts';
import { CATEGORIES_PATH } from './form/form-ahead.ts';
import { type GivenReport, NOTHING_GIVEN, type ReportPlace } from './form/given-report.ts';
import { inLanguage } from './in-language.ts';
import { preparedPhotos } from './prepare-photo.ts';
import { forgetReport, keepReport, type OwnReport, ownReport, ownReports } from './sending/outbox.ts';
import { suggestCategories } from './suggest.ts';
import { useTextSuggestion } from './useTextSuggestion.ts';

const PAUSE_MS = 300;

/** The content of the form, the proposals for it, and what is missing before sending. */
export function useReportForm() {
  const { locale } = useI18n();
  const { from, position } = usePlace();
  const { data, state, refresh } = useCitizen(() => CATEGORIES_PATH);
  const given: GivenReport = shallowReactive({ ...NOTHING_GIVEN });
  const drafts = useDrafts(given);
  const assets = useAssetsNear(() => given.place?.at);
  const before = useCategoriesBefore();

  const { suggestion, alike } = useTextSuggestion(
    () => ({ text: given.description, at: given.place?.at }),
    () => data.value?.categories ?? [],
  );
  const ranked = computed(() =>
    suggestCategories(data.value?.categories ?? [], {
      asset: given.asset,
      near: assets.value,
      words: given.description,
      guessed: suggestion.value?.by === 'model' ? suggestion.value.category.code : undefined,
      before: before.value,
    }),
  );
  const category = computed(() => data.value?.categories.find(({ code }) => code === given.category));
  const lacks = computed(() => lacking(given.place, category.value, given.answers));

  /** Proposes the place that the app already knows; a chosen place stays. */
  function proposePlace(): void {
    if (given.place !== undefined && given.place.by !== 'commune') return;
    if (position.value !== undefined) given.place = { at: position.value, by: 'position' };
    else if (from.value !== undefined) given.place = { at: from.value, by: 'commune' };
  }
  watch(
    () => given.category,
    () => {
      given.answers = {};
    },
  );

  /**
   * Fills the form with a refused report of this device; what is sent then replaces it.
   *
   * @returns why it was refused; undefined: there is no such report
   */
  async function correct(refusedKey: string): Promise<Refusal | undefined> {
    const report = await ownReport(refusedKey);
    if (report?.refusal === undefined) return undefined;
    await drafts.restored;
    const begun = drafts.others.value.find(({ corrects }) => corrects === refusedKey);
    if (begun !== undefined) await drafts.open(begun);
    else if (drafts.corrected() !== refusedKey) await drafts.startAnother(givenAgain(report), refusedKey);
    return knownRefusal(report.refusal);
  }

  /** Stores the report on this device for sending. @throws Error: a required field is missing */
  async function keep(): Promise<void> {
    if (category.value === undefined || given.place === undefined) throw new Error(`The report lacks ${lacks.value}`);
    await keepReport(await writtenReport(given, category.value, given.place, locale.value));
    const corrected = drafts.corrected();
    if (corrected !== undefined) await forgetReport(corrected);
    await drafts.drop();
  }

  return {
    given,
    data,
    state,
    refresh,
    assets,
    ranked,
    suggestion,
    alike,
    category,
    lacks,
    proposePlace,
    drafts,
    correct,
    keep,
  };
}

/** The form as a report to be sent. */
async function writtenReport(
  { photos, asset, assetCode, description, answers }: GivenReport,
  { code, name }: PublicCategory,
  { at }: ReportPlace,
  language: string,
): Promise<OwnReport> {
  const toTell = keptEndpoint();
  return {
    key: crypto.randomUUID(),
    category: code,
    categoryName: inLanguage(name, language),
    location: { lat: at[1], lon: at[0] },
    ...(description.trim() !== '' && { description: description.trim() }),
    ...(asset !== undefined && { asset: asset.id }),
    ...(asset === undefined && assetCode !== '' && { assetCode }),
    ...(Object.keys(answers).length > 0 && { answers }),
    device: deviceName(),
    photos: await preparedPhotos(photos),
    language,
    writtenAt: Date.now(),
    ...(toTell !== undefined && { toTell }),
  };
}

/** What was given for a report that the server refused. */
function givenAgain({
  category,
  location,
  description = '',
  answers = {},
  photos,
  assetCode = '',
}: OwnReport): GivenReport {
  return {
    ...NOTHING_GIVEN,
    ...{ category, description, answers, assetCode },
    photos: photos.map(({ blob }) => new File([blob], 'photo', { type: blob.type })),
    place: { at: [location.lon, location.lat], by: 'map' },
  };
}

/** What is missing before a report can be sent. */
function lacking(
  place: ReportPlace | undefined,
  category: PublicCategory | undefined,
  answers: Readonly<Record<string, string>>,
) {
  if (place === undefined) return 'place';
  if (category === undefined) return 'category';
  return category.questions.some(({ code, isRequired }) => isRequired && !answers[code]) ? 'answer' : undefined;
}

/** The categories of this device's reports, the latest first. */
function useCategoriesBefore() {
  const before = shallowRef<readonly string[]>([]);
  void ownReports().then((all) => {
    before.value = all.map(({ category }) => category);
  });
  return before;
}

/** Assets that a report can be about, sorted by distance; empty without a network. */
function useAssetsNear(at: () => Position | undefined) {
  const assets = shallowRef<readonly Asset[]>([]);
  let soon: ReturnType<typeof setTimeout> | undefined;
  watch(at, (place) => {
    clearTimeout(soon);
    if (place === undefined) {
      assets.value = [];
      return;
    }
    soon = setTimeout(async () => {
      const [lon, lat] = place;
      const answer = citizenReports.assets({ query: { lat, lon } });
      const found = await answer.catch(() => ({ assets: [] }));
      if (at() === place) assets.value = found.assets;
    }, PAUSE_MS);
  });
  return assets;
}

/** Finds an asset by the number on it. @returns undefined: no asset, or several. Throws TypeError without a network */
export async function findAsset(code: string): Promise<Asset | undefined> {
  const { assets } = await citizenReports.assets({ query: { code } });
  return assets.length === 1 ? assets[0] : undefined;
}

import { type FieldFault, faultsOf, sectionsOf, vouchedAnswers, vouchedValues } from '@alzette/procedures/answers';
import type { Applicant, OneProcedure, Vouched } from '@alzette/procedures/contract';
import {
  type Errors,
  inWords,
  rowOf,
  type ShownField,
  settleForm,
  stepsOf,
  withAnswer,
} from '@alzette/web/procedure-forms';
import { computed, nextTick, reactive, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useSavedSoon } from '../kept/useSavedSoon.ts';
import { useSignIn } from '../sign-in/sign-in.ts';
import { applicantForm } from './applicant-form.ts';
import { actingFor } from './company/acting-for.ts';
import { dropProcedureDraft, keepProcedureDraft, procedureDraft } from './drafts/procedure-drafts.ts';
import { type KeptFile, keepDossier } from './sending/dossiers.ts';

export const APPLICANT = 'applicant';

interface Given {
  answers: Readonly<Record<string, unknown>>;
  applicant: Readonly<Partial<Applicant>>;
  files: readonly KeptFile[];
}

/**
 * The form of a procedure: what is written, which pages it has, what is wrong, and its draft on this device.
 * Longer than 80 lines: all of it is about the same answers.
 */
export function useProcedureForm(procedure: OneProcedure, vouched?: Vouched) {
  const { t, locale } = useI18n();
  const signIn = useSignIn();
  const given: Given = reactive({ answers: {}, applicant: {}, files: [] });
  /** Errors are shown after somebody wanted to go on, by page. */
  const shownErrors = shallowRef<ReadonlySet<string>>(new Set());
  /** What the server found. An answer that changes since then is not wrong any more. */
  const atServer = shallowRef<readonly FieldFault[]>([]);
  const hasDraft = shallowRef(false);

  const ofSender = computed(() => applicantForm(procedure, t));
  /** What is vouched for stays out of the draft: it is of the account, not of the device. */
  const sure = vouched === undefined ? {} : vouchedValues(vouched.claims);
  const sureAnswers = vouchedAnswers(
    sectionsOf(procedure.form).flatMap(({ fields }) => fields),
    sure,
  );
  const sureSender = { ...(sure.name && { name: sure.name }), ...(sure.email && { email: sure.email }) };
  const answers = computed(() => ({ ...given.answers, ...sureAnswers }));
  const applicant = computed(() => ({ ...given.applicant, ...sureSender }));
  const settled = computed(() => settleForm(procedure.form, answers.value));
  const settledSender = computed(() => settleForm(ofSender.value, applicant.value));
  const faults = computed(() => faultsOf(sectionsOf(procedure.form), settled.value));
  const senderFaults = computed(() => faultsOf(sectionsOf(ofSender.value), settledSender.value));

  const errorsOf = (found: readonly FieldFault[]): Errors =>
    Object.fromEntries(found.map(({ field, text }) => [field, inWords(text, locale.value)]));
  const allErrors = computed(() => errorsOf([...atServer.value, ...faults.value]));
  const allSenderErrors = computed(() => errorsOf(senderFaults.value));

  /** The pages, with all their errors. */
  const steps = computed(() => [
    ...stepsOf(procedure.form, answers.value, settled.value, allErrors.value),
    ...stepsOf(ofSender.value, applicant.value, settledSender.value, allSenderErrors.value),
  ]);
  const isSender = (step: string) => step === APPLICANT;

  const allOn = (step: string) => steps.value.find(({ id }) => id === step)?.fields ?? [];
  const isSure = (step: string, { path }: ShownField) => path in (isSender(step) ? sureSender : sureAnswers);
  /** The fields of a page that nobody fills in, because the provider vouches for them. */
  const sureOn = (step: string) => allOn(step).filter((shown) => isSure(step, shown));

  /** What is wrong on a page, in the order of its fields. */
  function wrongOn(step: string): { readonly path: string; readonly text: string }[] {
    const errors = isSender(step) ? allSenderErrors.value : allErrors.value;
    return allOn(step).flatMap(({ path }) =>
      Object.entries(errors).flatMap(([at, text]) =>
        at === path || at.startsWith(`${path}.`) ? [{ path: at, text }] : [],
      ),
    );
  }
  const firstWrong = computed(() => steps.value.find(({ id }) => wrongOn(id).length > 0)?.id);

  /** The fields of a page as they are shown: without errors before somebody wanted to go on. */
  function fieldsOf(step: string): readonly ShownField[] {
    const fields = allOn(step).filter((shown) => !isSure(step, shown));
    return shownErrors.value.has(step) ? fields : fields.map((shown) => ({ ...shown, error: undefined }));
  }
  function rowIn(step: string) {
    const errors = shownErrors.value.has(step) ? allErrors.value : {};
    return (shown: ShownField, row: number) => rowOf(shown, row, settled.value, errors);
  }
  function showErrors(step: string): void {
    shownErrors.value = new Set([...shownErrors.value, step]);
  }

  function change(step: string, path: string, value: unknown): void {
    if (isSender(step)) {
      given.applicant = withAnswer(given.applicant, path, value);
      return;
    }
    given.answers = withAnswer(given.answers, path, value);
    atServer.value = atServer.value.filter(({ field }) => field !== path && !path.startsWith(`${field}.`));
  }

  const written = () => ({
    procedure: procedure.id,
    version: procedure.version,
    title: procedure.title,
    answers: JSON.parse(JSON.stringify(given.answers)) as Given['answers'], // without the proxies of Vue
    applicant: { ...given.applicant },
    files: given.files.map((file) => ({ ...file })),
  });
  let isOver = false;
  const { save, without, isSaved } = useSavedSoon(given, async () => {
    if (isOver) return;
    await keepProcedureDraft({ ...written(), key: procedure.id, changedAt: Date.now() });
    hasDraft.value = true;
  });

  /** When the draft of this device is in the form, if there is one. */
  const restored = (async () => {
    const draft = await procedureDraft(procedure.id);
    if (draft === undefined) return;
    await without(async () => {
      Object.assign(given, { answers: draft.answers, applicant: draft.applicant, files: draft.files });
      await nextTick();
    });
    atServer.value = draft.faults ?? [];
    for (const { id } of steps.value) if (draft.faults?.length) showErrors(id);
    hasDraft.value = true;
  })();

  async function discard(): Promise<void> {
    await without(async () => {
      Object.assign(given, { answers: {}, applicant: {}, files: [] });
      await nextTick();
    });
    shownErrors.value = new Set();
    atServer.value = [];
    await dropProcedureDraft(procedure.id);
    hasDraft.value = false;
  }

  /** Stores the request on this device for sending. @returns its key */
  async function keep(): Promise<string> {
    const key = crypto.randomUUID();
    const [only] = procedure.audience;
    await save();
    await keepDossier({
      ...written(),
      answers: settled.value.answers, // without what is hidden
      applicant: { ...(procedure.audience.length === 1 && { kind: only }), ...settledSender.value.answers },
      key,
      language: locale.value,
      ...(signIn?.signedIn && { isOfAccount: true, company: actingFor.value?.id }),
      writtenAt: Date.now(),
    });
    isOver = true;
    await dropProcedureDraft(procedure.id);
    return key;
  }

  return {
    ...{ given, steps, fieldsOf, sureOn, rowIn, wrongOn, firstWrong, showErrors, change },
    ...{ hasDraft, isSaved, restored, discard, keep },
  };
}

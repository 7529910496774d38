import { LANGUAGES } from '@alzette/kit/languages';
import type { Calculation, Condition, Field, Form, Section } from '../contract/form.ts';
import type { Finding, Procedure } from '../contract/procedure.ts';
import type { Texts } from '../contract/texts.ts';
import { checkEffect, type Note } from './effect-findings.ts';
import { SAY } from './finding-words.ts';

type Level = Finding['level'];

/** What prevents the publication of a procedure (errors), and what should be better (warnings). */
export function findingsOf(procedure: Procedure): Finding[] {
  const found: Finding[] = [];
  const note = (level: Level, at: string, rule: string, text: Texts) => found.push({ level, at, rule, text });
  checkForm(procedure.form, note);
  checkReferences(procedure, note);
  checkWorkflow(procedure, note);
  checkLaw(procedure, note);
  checkPayment(procedure, note);
  return found;
}

/** Kinds of fields with a number. */
const NUMBERS = new Set(['number', 'integer', 'money', 'computed']);
const OPTIONS_IN_GROUPS = 15;
const WITH_OPTIONS = new Set(['oneOf', 'severalOf']);
/** Kinds whose form must be said with an example, because nothing in the control shows it (RGAA 11.10). */
const WITH_EXAMPLE = new Set(['parcel', 'siren', 'siret', 'rna', 'luVat', 'luMatricule', 'rcs', 'deVat', 'iban']);
const AUTOCOMPLETE_KINDS: { readonly [kind: string]: readonly string[] } = {
  email: ['email'],
  phone: ['tel'],
  date: ['bday'],
};

function checkForm({ sections }: Form, note: Note): void {
  const labels = new Map<string, string>();
  const visit = (field: Field, at: string) => {
    checkField(field, at, note);
    const label = field.label.fr.trim().toLowerCase();
    const before = labels.get(label);
    if (before !== undefined && field.kind !== 'reading')
      note('warning', `${at}.label`, 'RGAA 11.3', SAY.sameLabel(before));
    labels.set(label, field.id);
    for (const row of field.fields ?? []) visit(row, `${at}.${row.id}`);
  };
  for (const section of sections) for (const field of section.fields) visit(field, `form.${field.id}`);
}

function checkField(field: Field, at: string, note: Note): void {
  const { kind, label, hint, example, options = [], fields, autocomplete, personal } = field;
  if (label.fr.trim() === '') note('error', `${at}.label`, 'RGAA 11.1', SAY.label);
  for (const language of LANGUAGES) {
    if (hint?.[language] !== undefined && label[language] === undefined) {
      note('error', `${at}.label.${language}`, 'RGAA 11.2', SAY.labelInLanguage(language));
    }
  }
  if (WITH_OPTIONS.has(kind) && options.length < 2) note('error', `${at}.options`, 'RGAA 11.6', SAY.options);
  if (options.length > OPTIONS_IN_GROUPS && options.some(({ group }) => group === undefined)) {
    note('error', `${at}.options`, 'RGAA 11.8', SAY.groups(OPTIONS_IN_GROUPS));
  }
  if (new Set(options.map(({ value }) => value)).size !== options.length)
    note('error', `${at}.options`, 'form', SAY.sameOption);
  if (new Set(options.map((option) => option.label.fr)).size !== options.length) {
    note('error', `${at}.options`, 'RGAA 11.2', SAY.sameOptionLabel);
  }
  if (WITH_EXAMPLE.has(kind) && example === undefined) note('error', `${at}.example`, 'RGAA 11.10', SAY.example);
  if (autocomplete !== undefined) {
    const right = AUTOCOMPLETE_KINDS[kind];
    if (right !== undefined && !right.includes(autocomplete))
      note('error', `${at}.autocomplete`, 'RGAA 11.13', SAY.autocomplete(right.join(', ')));
    if (personal === undefined) note('error', `${at}.personal`, 'RGPD', SAY.personal);
  }
  if (['signature', 'luMatricule', 'iban'].includes(kind) && personal === undefined)
    note('error', `${at}.personal`, 'RGPD', SAY.personal);
  if (kind === 'repeated' && fields === undefined) note('error', `${at}.fields`, 'form', SAY.rowFields);
  if (kind !== 'repeated' && fields !== undefined) note('error', `${at}.fields`, 'form', SAY.noRowFields);
  for (const row of fields ?? []) {
    if (row.kind === 'repeated' || row.kind === 'booking') note('error', `${at}.${row.id}.kind`, 'form', SAY.rowKind);
  }
  if (kind === 'asset' && field.assetTypes === undefined) note('error', `${at}.assetTypes`, 'form', SAY.assetTypes);
  if (kind === 'computed' && field.value === undefined) note('error', `${at}.value`, 'form', SAY.value);
  if (kind === 'booking' && field.resource === undefined) note('error', `${at}.resource`, 'form', SAY.resource);
}

/** Conditions and calculations name fields that come before. */
function checkReferences({ form: { sections }, place }: Procedure, note: Note): void {
  const known = new Map<string, Field>();
  for (const section of sections) {
    checkCondition(section, `form.${section.id}.when`, known, note);
    for (const field of section.fields) {
      const at = `form.${field.id}`;
      if (known.has(field.id)) note('error', at, 'form', SAY.sameId);
      checkCondition(field, `${at}.when`, known, note);
      const inRow = new Map(known);
      for (const row of field.fields ?? []) {
        checkCondition(row, `${at}.${row.id}.when`, inRow, note);
        if (row.value !== undefined) checkCalculation(row.value, `${at}.${row.id}.value`, inRow, note);
        inRow.set(row.id, row);
      }
      if (field.value !== undefined) checkCalculation(field.value, `${at}.value`, known, note);
      if (field.amountFrom !== undefined && !known.has(field.amountFrom))
        note('error', `${at}.amountFrom`, 'form', SAY.unknownField(field.amountFrom));
      known.set(field.id, field);
    }
  }
  const placed = place === undefined ? undefined : known.get(place);
  if (place !== undefined && !['address', 'commune', 'place', 'asset'].includes(placed?.kind ?? '')) {
    note('error', 'place', 'form', SAY.place);
  }
}

function checkCondition(
  { when }: Pick<Section, 'when'>,
  at: string,
  known: ReadonlyMap<string, Field>,
  note: Note,
): void {
  for (const { field, is, value } of when === undefined ? [] : comparisonsOf(when)) {
    const other = known.get(field);
    if (other === undefined) note('error', at, 'form', SAY.unknownField(field));
    else if (is !== 'filled' && is !== 'empty' && value === undefined) note('error', at, 'form', SAY.conditionValue);
    else if (
      other.options &&
      (is === 'equal' || is === 'contains') &&
      !other.options.some((option) => option.value === value)
    ) {
      note('error', at, 'form', SAY.unknownOption(String(value)));
    }
  }
}

function comparisonsOf(condition: Condition): { field: string; is: string; value?: string | number | boolean }[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsOf);
  if ('any' in condition) return condition.any.flatMap(comparisonsOf);
  return [condition];
}

function checkCalculation(value: Calculation, at: string, known: ReadonlyMap<string, Field>, note: Note): void {
  for (const id of fieldsOf(value)) if (!known.has(id)) note('error', at, 'form', SAY.unknownField(id));
}

function fieldsOf(value: Calculation): string[] {
  if (typeof value === 'number') return [];
  if ('field' in value) return [value.field];
  if ('numberOf' in value) return [value.numberOf];
  if ('sum' in value) return [value.sum];
  if ('count' in value) return [value.count];
  const [parts = []] = Object.values(value) as (readonly Calculation[])[];
  return parts.flatMap(fieldsOf);
}

const ENDS = new Set(['accepted', 'refused', 'done', 'closed']);

function checkWorkflow({ states, functions, form }: Procedure, note: Note): void {
  const ids = new Set(states.map(({ id }) => id));
  const duties = new Set(functions.map(({ id }) => id));
  const fields = new Map(form.sections.flatMap((section) => section.fields.map((field) => [field.id, field])));
  if (ids.size !== states.length) note('error', 'states', 'workflow', SAY.sameState);
  if (states[0]?.kind !== 'open') note('error', 'states.0', 'workflow', SAY.firstOpen);
  if (!states.some(({ kind }) => ENDS.has(kind))) note('error', 'states', 'workflow', SAY.noEnd);
  const reached = new Set([states[0]?.id]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const { id, actions } of states) if (reached.has(id)) for (const { to } of actions) reached.add(to);
  }
  for (const { id, kind, actions } of states) {
    // A dossier that its sender takes back goes to the closed one.
    if (!reached.has(id) && kind !== 'closed') note('error', `states.${id}`, 'workflow', SAY.unreached);
    if (kind === 'open' && actions.length === 0) note('error', `states.${id}`, 'workflow', SAY.deadEnd);
    for (const { id: action, to, by, needsReason, effect } of actions) {
      const at = `states.${id}.${action}`;
      if (!ids.has(to)) note('error', `${at}.to`, 'workflow', SAY.unknownState(to));
      if (by !== undefined && !duties.has(by)) note('error', `${at}.by`, 'workflow', SAY.unknownFunction(by));
      const target = states.find((state) => state.id === to);
      if (target?.kind === 'refused' && needsReason !== true)
        note('error', `${at}.needsReason`, 'CRPA L211-2', SAY.reason);
      if (effect !== undefined) checkEffect(effect, `${at}.effect`, fields, note);
    }
  }
}

function checkPayment({ payment, states, form, contact }: Procedure, note: Note): void {
  const waiting = states.flatMap(({ id, actions }) => actions.map((action) => ({ ...action, state: id })));
  for (const { id, state, needsPayment } of waiting) {
    if (needsPayment && payment === undefined)
      note('error', `states.${state}.${id}.needsPayment`, 'workflow', SAY.noPayment);
  }
  if (payment === undefined) return;
  const field = form.sections.flatMap(({ fields }) => fields).find(({ id }) => id === payment.field);
  if ((payment.cents === undefined) === (payment.field === undefined))
    note('error', 'payment.cents', 'workflow', SAY.onePrice);
  if (payment.field !== undefined && !NUMBERS.has(field?.kind ?? ''))
    note('error', 'payment.field', 'workflow', SAY.priceField(payment.field));
  if (!states.some(({ id, kind }) => id === payment.in && kind === 'open'))
    note('error', 'payment.in', 'workflow', SAY.unknownState(payment.in));
  if (!waiting.some(({ needsPayment }) => needsPayment)) note('warning', 'payment', 'workflow', SAY.unneededPayment);
  if (contact.email !== 'required') note('error', 'contact.email', 'workflow', SAY.payerEmail);
}

function checkLaw({ deadline, appeal, states, privacy, form, service }: Procedure, note: Note): void {
  const canRefuse = states.some(({ kind }) => kind === 'refused') || deadline.silence === 'refusal';
  if (canRefuse && appeal === undefined) note('error', 'appeal', 'CRPA R112-5', SAY.appeal);
  for (const kind of ['acceptance', 'refusal'] as const) {
    const state = kind === 'acceptance' ? 'accepted' : 'refused';
    if (deadline.silence === kind && !states.some((each) => each.kind === state))
      note('error', 'deadline.silence', 'workflow', SAY.silentState(state));
  }
  if (deadline.silence === 'acceptance' && deadline.resume === 'continue')
    note('warning', 'deadline.resume', 'CRPA L114-5', SAY.resume);
  if (service.email === undefined && service.phone === undefined && service.address === undefined) {
    note('error', 'service', 'CRPA R112-5', SAY.service);
  }
  for (const field of form.sections.flatMap((section) => section.fields)) {
    if ((field.personal?.keepDays ?? 0) > privacy.keepDays)
      note('error', `form.${field.id}.personal.keepDays`, 'RGPD', SAY.longer(privacy.keepDays));
  }
}

/*
 * The contract of e-services. Where to find what:
 * - `paths.ts`        all operations: citizens, followed dossiers, desk, procedures, bookings
 * - `form.ts`         the form as people write it, its kinds of fields (`KINDS`), conditions and calculations, and the
 *                     compiled form: JSON Schema with `x-kind` and `x-field`, and a UI schema in the format of JSON Forms
 * - `procedure.ts`    the procedure as a document: form, workflow, deadline, privacy; what packs contain
 * - `dossier.ts`      a dossier as its sender and the desk see it, its events, receipt and clock
 * - `account.ts`      what somebody does who has signed in
 * - `companies.ts`    who acts for a company
 * - `citizen.ts`      begin, check, send, upload, slots; everything by the secret link
 * - `desk.ts`         the queue of dossiers and their acts; versions of procedures and what is wrong with them
 * - `payments.ts`     where payments go, and the notices of the payment service
 * - `bookings.ts`     resources with capacity, opening and waiting list
 * - `statistics.ts`   how long requests take, how they end, and where forms are left
 * - `demarches.ts`   dossiers taken over from Démarches simplifiées
 * - `transfer.ts`    dossiers with everything of them in one file
 * - `texts.ts`        texts in languages, ids, days
 *
 * For the browser: `@alzette/procedures/answers` has the same evaluation of conditions and calculations, and the same checks
 * of values, as the server. It imports nothing.
 */
export * from './account.ts';
export * from './bookings.ts';
export * from './citizen.ts';
export * from './companies.ts';
export * from './demarches.ts';
export * from './desk.ts';
export * from './dossier.ts';
export * from './form.ts';
export * from './payments.ts';
export * from './procedure.ts';
export * from './statistics.ts';
export type { Texts } from './texts.ts';
export * from './transfer.ts';

import type { SignIn } from '@alzette/identity/browser';
import { type App, type InjectionKey, inject } from 'vue';

const KEY: InjectionKey<SignIn> = Symbol('signIn');

export function createSignIn(signIn: SignIn) {
  return { install: (app: App) => void app.provide(KEY, signIn) };
}

export function useSignIn(): SignIn | undefined {
  return inject(KEY, undefined);
}

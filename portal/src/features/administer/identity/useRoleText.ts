import { useI18n } from 'vue-i18n';

/** The names of the usual roles in the reader's language. Those that a site adds have the names it gave them. */
export function useRoleText(): (role: string) => string {
  const { t, te } = useI18n();
  return (role) => (te(`administer.roles.names.${role}`) ? t(`administer.roles.names.${role}`) : role);
}

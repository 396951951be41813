// What a key and a person have in common: a role, and the environments or the user that it is for.

import { Input } from '@fluentui/react-components';
import { PanelField } from '../panel/panel-field.tsx';
import type { Role } from '../session.ts';
import { roleText as t } from '../strings/role.ts';
import { EnvironmentPicker } from './environment-picker.tsx';
import { RoleChoice } from './role-choice.tsx';

export const ROLES = Object.keys(t.hints) as Role[];

export interface EnteredRole<R extends Role> {
  role: R;
  environmentIds: readonly string[];
  userId: string;
}

function hasEnvironments(role: Role): boolean {
  return role === 'environment-admin' || role === 'service';
}

/** What is missing for this role, if anything. */
export function missingOfRole({ role, environmentIds, userId }: EnteredRole<Role>): string | null {
  if (role === 'environment-admin' && environmentIds.length === 0) return t.needsEnvironments;
  return role === 'maker' && userId.trim() === '' ? t.needsUser : null;
}

/** As the API takes it: what another role has is not sent. */
export function sentOfRole<R extends Role>({ role, environmentIds, userId }: EnteredRole<R>) {
  return {
    role,
    ...(hasEnvironments(role) && { environmentIds: [...environmentIds] }),
    ...(role === 'maker' && { userId: userId.trim() }),
  };
}

export interface RoleFieldsProps<R extends Role> {
  /** Those that can be chosen. */
  roles: readonly R[];
  entered: EnteredRole<R>;
  change: (change: Partial<EnteredRole<R>>) => void;
}

/** In a `FormPanel`. */
export function RoleFields<R extends Role>({ roles, entered, change }: RoleFieldsProps<R>) {
  const { role, environmentIds, userId } = entered;
  return (
    <>
      <PanelField pointer="/role" label={t.role} required>
        <RoleChoice roles={roles} role={role} choose={(chosen) => change({ role: chosen })} />
      </PanelField>
      {hasEnvironments(role) && (
        <PanelField
          pointer="/environmentIds"
          label={t.environments}
          hint={role === 'service' ? t.serviceEnvironmentsHint : t.environmentsHint}
          required={role === 'environment-admin'}
        >
          <EnvironmentPicker chosen={environmentIds} choose={(chosen) => change({ environmentIds: chosen })} />
        </PanelField>
      )}
      {role === 'maker' && (
        <PanelField pointer="/userId" label={t.user} hint={t.userHint} required>
          <Input value={userId} onChange={(_, { value }) => change({ userId: value })} />
        </PanelField>
      )}
    </>
  );
}

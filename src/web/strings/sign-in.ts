// The texts of the sign-in, of invitations and of passwords.

export const signInText = {
  title: 'Sign in to Bursar',
  lead: 'See what your AI actions may use, who pays for them, and what is left.',
  submit: 'Sign in',
  or: 'or',

  email: 'E-mail',
  password: 'Password',
  showPassword: 'Show what is typed',
  hidePassword: 'Hide what is typed',
  tenant: 'Tenant',
  tenantHint: 'The id of your tenant, as your invitation says it.',
  tenantKeep: 'You are asked for it when you sign in.',
  checking: 'Signing in …',
  missingEmail: 'Enter your e-mail address.',
  missingPassword: 'Enter your password.',
  missingTenant: 'Enter the id of your tenant.',
  wrongPassword:
    'This e-mail address and this password do not belong together. If you have forgotten the password, ask a tenant administrator for a new link.',
  throttled: (seconds: string) =>
    seconds === '1'
      ? 'There were too many attempts. Try again in 1 second.'
      : `There were too many attempts. Try again in ${seconds} seconds.`,
  withPassword: 'Sign in with e-mail and password',

  withProvider: (name: string) => `Sign in with ${name}`,
  failedAtProvider: {
    over: 'The sign-in at your organisation took too long, or was begun in another browser. Begin again.',
    forbidden:
      'Your organisation signed you in, but gives you no role in Bursar, or your account is disabled. Ask a tenant administrator.',
    'not-trusted': 'The sign-in at your organisation did not work. Try again; if it stays so, ask who runs Bursar.',
    unavailable: 'Your organisation’s sign-in does not answer at the moment. Try again in a while.',
  },

  withKey: 'Sign in with a key',
  key: 'Key of your tenant',
  checkingKey: 'Checking the key …',
  whereTitle: 'Where do I find a key?',
  where:
    'Bursar prints one when it starts for the first time, in the line “administrator of tenant "default" (sign in with): bursar_…”. A tenant administrator makes more, for every role, with',
  whereCommand: 'POST /v1/keys',
  keptKey:
    'The key is exchanged for a session; this page does not keep it. It ends when you sign out, after 12 hours without use, or after 7 days.',
  missingKey: 'Paste a key first.',
  wrongKey:
    'Bursar knows no tenant with this key. Check that all of it was copied, and that it has not been revoked. The operator key only creates tenants: sign in with a key of your tenant.',
  forbiddenKey:
    'A service key only meters actions and cannot read: sign in with another key of your tenant, such as its administrator’s.',

  unreachable: 'Bursar does not answer. Is it running?',
  ended: 'You were signed out: the session is over, its key was revoked, or its account was disabled.',

  invitationTitle: 'Choose your password',
  welcome: (name: string, tenant: string) =>
    `Welcome, ${name}. From now on you sign in to ${tenant} with your e-mail address and the password that you choose here.`,
  welcomeBack: (name: string, tenant: string) =>
    `${name}, choose another password for ${tenant}. It takes the place of the one that you have; wherever you are signed in, you are signed out.`,
  welcomeFirst: (tenant: string) =>
    `Welcome. This makes you the first administrator of ${tenant}: from now on you sign in with your e-mail address and the password that you choose here.`,
  again: 'Try again',
  invitationOver: 'This link does not work',
  wrongInvitation: 'This link was used before, is over, or was not copied whole. Ask a tenant administrator for a new one.',
  invitationUnread: 'The invitation could not be read.',
  yourName: 'Name',
  missingName: 'Enter your name.',
  newPassword: 'New password',
  newPasswordHint: (least: string) =>
    `At least ${least} characters. Three or four words that do not belong together are easy to keep and hard to guess.`,
  missingNewPassword: 'Enter a password first.',
  savePassword: 'Save and sign in',
  savingPassword: 'Saving …',
  toSignIn: 'Go to the sign-in',
} as const;

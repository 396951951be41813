// The texts of the sign-in.

export const signInText = {
  title: 'Sign in to Bursar',
  lead: 'See what your AI actions may use, who pays for them, and what is left.',
  key: 'Key of your tenant',
  submit: 'Sign in',
  checking: 'Checking the key …',
  whereTitle: 'Where do I find a key?',
  where:
    'Bursar prints one when it starts for the first time, in the line “administrator of tenant "default" (sign in with): bursar_…”. A tenant administrator makes more, for every role, with',
  whereCommand: 'POST /v1/keys',
  kept: 'The key is exchanged for a session; this page does not keep it. It ends when you sign out, after 12 hours without use, or after 7 days.',
  missing: 'Paste a key first.',
  wrong:
    'Bursar knows no tenant with this key. Check that all of it was copied, and that it has not been revoked. The operator key only creates tenants: sign in with a key of your tenant.',
  forbidden:
    'A service key only meters actions and cannot read: sign in with another key of your tenant, such as its administrator’s.',
  unreachable: 'Bursar does not answer. Is it running?',
  ended: 'You were signed out: the session is over, or its key was revoked.',
} as const;

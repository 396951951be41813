// The texts of one's own account.

export const accountText = {
  changePassword: 'Change password',
  changeText: 'You stay signed in here; everywhere else you are signed out.',
  present: 'Present password',
  needsPresent: 'Enter your present password first.',
  needsNew: 'Enter a new password first.',
  change: 'Change password',
  changed: 'Your password was changed',

  signOutEverywhere: 'Sign out everywhere',
  signOutQuestion: 'Sign out everywhere?',
  signOutConsequence:
    'Every session of your account ends within a second, in every browser, this one included. Your keys go on working.',
} as const;

// The texts of what was refused, and of what was done.

export const problemText = {
  unreachable: 'Bursar does not answer. Nothing is known to have been done; try again.',
  outcomeUnknown: 'Bursar did not answer in time. Look whether it was done before you try again.',
  remedies: 'What helps',
  failed: 'That did not work',
  toasts: 'What was just done',
} as const;

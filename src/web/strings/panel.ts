// The texts of every panel and dialog.

export const panelText = {
  close: 'Close',
  cancel: 'Cancel',
  saving: 'Saving …',
  discardTitle: 'Discard what you entered?',
  discardText: 'It was not saved.',
  discard: 'Discard',
  keep: 'Keep editing',
  required: 'This is needed.',
} as const;

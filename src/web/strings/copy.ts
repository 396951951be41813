// The texts of the button that copies.

export const copyText = {
  copy: 'Copy',
  copied: 'Copied',
} as const;

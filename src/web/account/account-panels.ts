// What the panels of one's own account are called in the address, on every page.

export const PASSWORD_PANEL = 'password';
export const SIGN_OUT_PANEL = 'sign-out-everywhere';

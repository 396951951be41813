// How the forms of the sign-in look.

import { makeStyles, tokens } from '@fluentui/react-components';

export const useFormStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  /** The other ways to go on, one under the other. */
  ways: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
});

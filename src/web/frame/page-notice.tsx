// What stands in the place of a page: while it loads, where there is none, and where it failed.

import { Button, MessageBar, MessageBarActions, MessageBarBody, Spinner } from '@fluentui/react-components';
import { strings } from '../strings.ts';

export function Loading() {
  return <Spinner label={strings.frame.loading} delay={300} />;
}

export function NotFound() {
  return (
    <MessageBar>
      <MessageBarBody>{strings.frame.notFound}</MessageBarBody>
    </MessageBar>
  );
}

export function PageFailed({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        {strings.frame.failed} {error.message}
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={retry}>{strings.frame.tryAgain}</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
